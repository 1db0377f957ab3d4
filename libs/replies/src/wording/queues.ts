import { clock, count, duration } from './amounts.js';
import { noRelaySentence } from './no-relay.js';
import { readFacts, type ReadFacts } from './read-facts.js';

/** Why something is given up that waited: what it waited for, how it is now, and what to do next. */
export const queueSentences = {
  'waited-for-relay': (facts: ReadFacts) =>
    `not run: it waited ${waited(facts)} for a relay, and none came. ${noRelaySentence(facts)}. send it again if you still want it, or see: relays`,
  'waited-for-lock': (facts: ReadFacts) =>
    `not run: it waited ${waited(facts)} for the lock ${facts.text('lock') ?? ''}${heldBy(facts.each('holders')[0], facts.number('now'))}. send it again if you still want it; with --wait it waits longer`,
  'waited-for-limit': (facts: ReadFacts) =>
    `not run: it waited ${waited(facts)} while ${limit(facts)}. send it again if you still want it; with --wait it waits longer`,
};

/** Whoever has what another waits for. Times in milliseconds since the epoch. */
export interface Holder {
  readonly username: string;
  readonly runId: string;
  readonly since?: number;
  /** Its relay fell silent, and until then it keeps what it holds. */
  readonly lostUntil?: number;
}

/** What an execution waits for, and how long that may take. Times in milliseconds since the epoch. */
export interface Queued {
  readonly waitsFor: 'lock' | 'limit' | 'relay';
  readonly command: string;
  readonly runId: string;
  /** From 1, among those that wait for the same. */
  readonly position: number;
  readonly until?: number;
  readonly now: number;
  readonly lock?: string;
  /** So many at once. */
  readonly most?: number;
  readonly holders?: readonly Holder[];
  /** For a relay: what `no-relay` is told with. */
  readonly noRelay?: Readonly<Record<string, unknown>>;
}

/** Said while it waits. */
export function queuedSentence(queued: Queued): string {
  const { position, until, now, runId } = queued;
  const before = position === 1 ? 'it is next' : `${count(position - 1, 'other')} before it`;
  const ends = until === undefined ? '' : `; given up at ${clock(until, now)}`;
  return `waiting for ${what(queued)}. ${before}${ends}. to stop waiting: cancel. run ${runId}`;
}

function what({ waitsFor, command, lock, most, holders = [], noRelay = {}, now }: Queued): string {
  if (waitsFor === 'relay') return `a relay: ${noRelaySentence(readFacts({ ...noRelay, now }))}`;
  if (waitsFor === 'lock')
    return `the lock ${lock ?? ''}${heldBy(holders[0] && readFacts({ ...holders[0] }), now)}`;
  return `its turn: ${limit(readFacts({ command, most, holders }))}`;
}

function limit(facts: ReadFacts): string {
  const most = facts.number('most') ?? 1;
  return `${count(most, 'execution')} of ${facts.text('command') ?? 'this command'} ${most === 1 ? 'runs' : 'run'}, and no more run at once`;
}

function heldBy(holder: ReadFacts | undefined, now?: number): string {
  if (!holder) return '';
  const [since, lostUntil] = [holder.number('since'), holder.number('lostUntil')];
  const from = since === undefined ? '' : ` since ${clock(since, now)}`;
  const lost =
    lostUntil === undefined ? '' : `; its relay is silent, and it may keep it until ${clock(lostUntil, now)}`;
  return `, which ${holder.text('username') ?? 'somebody'} holds${from} (run ${holder.text('runId') ?? ''})${lost}`;
}

function waited(facts: ReadFacts): string {
  return duration(facts.number('waitedMs') ?? 0);
}

/** What an execution waits for, as REST tells it: times as ISO 8601. */
export interface ToldWait {
  readonly for: 'turn' | 'wave' | 'lock' | 'limit' | 'relay' | 'retry';
  readonly from?: string;
  readonly until?: string;
  readonly key?: string;
  readonly position?: number;
  readonly holders?: readonly { readonly username: string; readonly runId: string }[];
}

/** The same in a few words, for a table: `the lock ops:deploy-prod, which ann has (run …); 2nd of those that wait; given up at 10:31 UTC`. */
export function waitWords(
  { for: what, from, until, key = '', position, holders = [] }: ToldWait,
  now: number,
): string {
  const [first] = holders;
  const has = first ? `, which ${first.username} has (run ${first.runId})` : '';
  const words = {
    turn: 'its turn: others of its stage go first',
    wave: 'its wave',
    lock: `the lock ${key}${has}`,
    limit: `its turn: no more of ${key || 'its command'} run at once`,
    relay: `a relay${key && ` that has ${key}`}`,
    retry: 'another attempt',
  } as const;
  return [
    words[what],
    ...(position === undefined
      ? []
      : [position === 1 ? 'it is next' : `${count(position - 1, 'other')} before it`]),
    ...(from === undefined ? [] : [`from ${clock(Date.parse(from), now)}`]),
    ...(until === undefined ? [] : [`given up at ${clock(Date.parse(until), now)}`]),
  ].join('; ');
}
