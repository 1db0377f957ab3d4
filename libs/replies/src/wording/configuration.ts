import type { Facts } from '@chasqui/contracts';
import { either } from './amounts.js';
import { readFacts, type ReadFacts } from './read-facts.js';

/** A command's configuration does not let it run. What the value is, is never told: it may be a secret. */
export const configurationSentences = {
  'config-missing': (facts: ReadFacts) =>
    `not run: ${bundle(facts)} needs the configuration ${key(facts)}, and nobody has set it. set it with: ${setIt(facts, '')}`,
  'config-broken': (facts: ReadFacts) => {
    const layer = facts.text('layer') ?? 'bundle';
    const owner = facts.text('owner');
    const whose = owner && layer !== 'bundle' ? `the ${layer} ${owner}` : `the ${layer}`;
    const what =
      facts.text('why') === 'not-readable'
        ? 'was encrypted with another secret key and cannot be read'
        : `is not ${typeWords(facts)}`;
    const option = owner && layer !== 'bundle' ? ` --${layer} ${owner}` : '';
    return `not run: the configuration ${key(facts)} of ${bundle(facts)}, set for ${whose}, ${what}. set it anew with: ${setIt(facts, option)}`;
  },
};

/** What a value must be, from the facts `type` and `values`: `a whole number`. */
export function configTypeWords(facts: Facts): string {
  return typeWords(readFacts(facts));
}

function typeWords(facts: ReadFacts): string {
  switch (facts.text('type')) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'duration':
      return 'a length of time like 90s or 1h30m';
    case 'enum':
      return either(facts.words('values')) || 'one of the values it may have';
    default:
      return 'what its bundle declares';
  }
}

function setIt(facts: ReadFacts, option: string): string {
  const secret = facts.flag('secret') ? ' --secret' : ' VALUE';
  return `chasqui config set ${bundle(facts)} ${key(facts)}${secret}${option}`;
}

function bundle(facts: ReadFacts): string {
  return facts.text('bundle') ?? 'BUNDLE';
}

function key(facts: ReadFacts): string {
  return facts.text('key') ?? 'KEY';
}
