import { both } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Who asks may not. */
export const accessSentences = {
  'unknown-person': (facts: ReadFacts) => {
    const adapter = facts.text('adapter') ?? 'ADAPTER';
    const id = facts.text('id') ?? 'ID';
    const name = facts.text('name');
    const workspace = facts.text('workspace');
    return `Chasqui does not know ${name ? `${name} (${adapter} ${id})` : `${adapter} ${id}`} yet; an administrator can change that with: chasqui user map USERNAME ${adapter} ${id}${workspace ? ` --workspace ${workspace}` : ''}`;
  },
  'inactive-person': (facts: ReadFacts) => {
    const username = facts.text('username');
    return `the account ${username ?? 'you use'} is switched off; an administrator can change that with: chasqui user update ${username ?? 'USERNAME'} --active`;
  },
  'no-rules': (facts: ReadFacts) =>
    `nobody may run ${command(facts)}: it has no rules. whoever keeps its bundle can add one`,
  'no-rule-holds': (facts: ReadFacts) => {
    const rules = facts.words('rules');
    const those = rules.length > 0 ? `. its rules are: ${rules.join('; ')}` : '';
    return `no rule of ${command(facts)} allows it with what you typed${those}${twoWays(facts)}`;
  },
  'not-allowed': (facts: ReadFacts) => {
    const sets = facts.wordSets('missing').filter((set) => set.length > 0);
    if (sets.length > 0) return `you need ${alternatives(sets)} to run ${command(facts)}${twoWays(facts)}`;
    const rule = facts.text('rule');
    return `you may not run ${command(facts)}${rule ? `: its rule is ${rule}` : ''}`;
  },
};

/** Where only one of two readings is refused: how to write the line so that there is one. */
function twoWays(facts: ReadFacts): string {
  const [option] = facts.words('unsure');
  if (option === undefined) return '';
  const name = option.length === 1 ? `-${option}` : `--${option}`;
  return `. ${name} could be read in two ways where it stands; write a value with =, and an option right behind the command`;
}

/** `ops:write`, `ops:a or ops:b`, `ops:a and ops:b, or ops:c`. */
function alternatives(sets: readonly string[][]): string {
  const separator = sets.some((set) => set.length > 1) ? ', or ' : ' or ';
  return sets.map(both).join(separator);
}

function command(facts: ReadFacts): string {
  return facts.text('command') ?? 'this command';
}
