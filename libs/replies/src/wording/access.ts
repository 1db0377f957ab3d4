import { both } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Who asks may not. */
export const accessSentences = {
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
    const site = facts.text('siteRule');
    const because = site ? `, because of the site rule ${site}` : '';
    if (sets.length > 0)
      return `you need ${alternatives(sets)} to run ${command(facts)}${onRelay(facts)}${because}${twoWays(facts)}`;
    const rule = facts.text('rule');
    return `you may not run ${command(facts)}${onRelay(facts)}${rule ? `: ${whoseRule(facts)} is ${rule}` : ''}`;
  },
  'denied-by-rule': (facts: ReadFacts) => {
    const [rule, site] = [facts.text('rule'), facts.text('siteRule')];
    const whose = site ? `the site rule ${site}` : 'a rule of its bundle';
    const keeper = site ? 'whoever may manage rules' : 'whoever keeps that bundle';
    const next = twoWays(facts) || `. ${keeper} can change that`;
    return `${command(facts)} is denied${onRelay(facts)} by ${whose}${rule ? `: ${rule}` : ''}${next}`;
  },
  'relay-protected': (facts: ReadFacts) => {
    const relays = facts.number('relays') ?? 0;
    const selectors = facts.words('selectors');
    const those =
      relays === 1
        ? '1 relay matches, but you may not use it'
        : `${relays} relays match, but you may not use them`;
    if (selectors.length === 0)
      return `${those}: you need relay:use for ${relays === 1 ? 'it' : 'one of them'}; an administrator sees which it is with: chasqui relay protected`;
    return `${those}: you need relay:use for ${selectors.join(' or ')}; an administrator can give it with: chasqui role grant ROLE relay:use --relay '${selectors[0] ?? 'SELECTOR'}'`;
  },
};

/** A rule that looks at the relay was judged for this one. */
function onRelay(facts: ReadFacts): string {
  const relay = facts.text('relay');
  return relay ? ` on ${relay}` : '';
}

function whoseRule(facts: ReadFacts): string {
  const site = facts.text('siteRule');
  return site ? `the site rule ${site}` : 'its rule';
}

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
