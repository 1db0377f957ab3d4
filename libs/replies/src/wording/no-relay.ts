import { both, clock, count, noted } from './amounts.js';
import { noRelays } from './help.js';
import type { ReadFacts } from './read-facts.js';

/**
 * Why no relay will do, with the nearest miss: "no relay has dc=fra,gpu: 2 relays have dc=fra, none of them gpu; fra-3 has both and
 * is offline since 12:03 UTC". Facts: `selector`, and what `relay-selection` says in `NoRelayFacts`; `now`, in milliseconds.
 */
export function noRelaySentence(facts: ReadFacts): string {
  if (facts.number('relays') === 0) {
    return noRelays;
  }
  const wanted = facts.each('requirements').map(requirementOf);
  const clauses = [
    ...countsClause(wanted, facts),
    ...facts.each('lackingDriver').map((one) => `${nameOf(one)} ${driverWords(facts.text('driver'))}`),
    ...facts.each('otherPlatform').map((one) => platformClause(one, facts.words('platforms'))),
    ...facts.each('unavailable').map((one) => awayClause(one, wanted.length, facts.number('now'))),
  ];
  const why =
    clauses.length > 0 ? `: ${clauses.join('; ')}` : '; "relays" lists those there are with their tags';
  return headOf(wanted, facts) + why;
}

interface Wanted {
  readonly text: string;
  readonly online: number;
  /** ", which its bundle asks for", where the person did not. */
  readonly asker: string;
}

function requirementOf(facts: ReadFacts): Wanted {
  const from = facts.words('from');
  const asker =
    from.length === 0 || from.includes('person')
      ? ''
      : `, which ${both(from.map((who) => `its ${who}`))} ${from.length > 1 ? 'ask' : 'asks'} for`;
  return { text: facts.text('text') ?? 'what is asked', online: facts.number('online') ?? 0, asker };
}

function headOf(wanted: readonly Wanted[], facts: ReadFacts): string {
  const selector = facts.text('selector') ?? wanted.map((one) => one.text).join(',');
  if (cannotRun(facts)) return `no relay${selector ? ` with ${selector}` : ''} can run this now`;
  if (!selector) return 'no relay is up';
  const only = wanted.length === 1 ? wanted[0]!.asker : '';
  if (wanted.length < 2 && facts.each('unavailable').length > 0)
    return `no relay that is up has ${selector}${only}`;
  return `no relay has ${selector}${only}`;
}

/** How far each requirement is met by relays that are up, where there are several. */
function countsClause(wanted: readonly Wanted[], facts: ReadFacts): string[] {
  if (wanted.length < 2 || cannotRun(facts)) return [];
  const met = wanted.filter((one) => one.online > 0).toSorted((a, b) => b.online - a.online);
  const unmet = wanted.filter((one) => one.online === 0);
  const have = met.map(
    (one, at) =>
      `${at === 0 ? count(one.online, 'relay') : one.online} ${one.online === 1 ? 'has' : 'have'} ${one.text}`,
  );
  if (met.length === 0) return [unmet.map((one) => `none that is up has ${one.text}${one.asker}`).join(', ')];
  if (unmet.length > 0)
    return [`${have.join(', ')}, none of them ${unmet.map((one) => one.text + one.asker).join(' nor ')}`];
  const askers = new Map(wanted.map(({ text, asker }) => [text, asker]));
  const near = facts.each('nearMisses').map((one) => {
    const fails = one.text('fails') ?? 'one thing';
    return `${nameOf(one)} has all but ${fails}${askers.get(fails) ?? ''}`;
  });
  return [`${have.join(', ')}, but none has ${wanted.length === 2 ? 'both' : 'all of them'}`, ...near];
}

/** Whether there are relays of that kind, but none that has what it takes to run this. */
function cannotRun(facts: ReadFacts): boolean {
  return facts.each('lackingDriver').length > 0 || facts.each('otherPlatform').length > 0;
}

function platformClause(facts: ReadFacts, platforms: readonly string[]): string {
  const there = facts.words('platforms');
  const runs = there.length > 0 ? `runs ${both(there)}` : 'does not tell what it runs';
  return `${nameOf(facts)} ${runs}, and this is made for ${platforms.join(' or ')}`;
}

function driverWords(driver: string | undefined): string {
  return driver === 'process'
    ? 'does not run programs of its own (it has no process driver)'
    : 'has no container engine';
}

function awayClause(facts: ReadFacts, requirements: number, now: number | undefined): string {
  const has = ['', 'has it and ', 'has both and '][requirements] ?? 'has all of them and ';
  const since = facts.number('since');
  const state = facts.text('state');
  const from = since === undefined ? '' : ` since ${clock(since, now)}`;
  const words: Record<string, string> = {
    offline: `is offline${from}`,
    draining: `is draining${from}`,
    paused: `is paused${from}`,
    disabled: `is switched off${from}`,
    'never-seen': 'has never been seen; start it',
  };
  return `${nameOf(facts)} ${has}${words[state ?? ''] ?? 'takes no work'}${noted(facts.text('note'))}`;
}

function nameOf(relay: ReadFacts): string {
  return relay.text('relay') ?? 'one';
}
