import { both, clock, count, duration, noted } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** What is said about lines that run on several relays. */
export const fanOutSentences = {
  'too-many-targets': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'it'} would run on ${count(facts.number('targets') ?? 0, 'relay')}, and at most ${(facts.number('most') ?? 0).toLocaleString('en')} are allowed. choose fewer with --on-each`,
  'each-of-records': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} runs once for each record here, so it cannot run on each relay besides. leave --on-each out, or the fields of the record`,
  'nothing-failed': (facts: ReadFacts) =>
    `run ${facts.text('id') ?? ''} succeeded on every relay. to run all of it again: again ${facts.text('id') ?? 'ID'}`,
  'not-a-fan-out': (facts: ReadFacts) =>
    `run ${facts.text('id') ?? ''} has no --on-each, and --failed is for such lines. to run it again: again ${facts.text('id') ?? 'ID'}; to give --failed to the command itself, put it in quotes`,
  'run-goes-on': (facts: ReadFacts) =>
    `run ${facts.text('id') ?? ''} is not over yet; wait for its end, or end it: cancel ${facts.text('id') ?? 'ID'}`,
};

/** A relay that matches and that a line does not run on. `since` in milliseconds since the epoch. */
export interface LeftOutRelay {
  readonly relay?: string;
  readonly why: string;
  readonly since?: number;
  readonly note?: string;
}

/** Where something ran, in few words: its relay, or how many they are. */
export function onRelays(relay: string | undefined, relays: number): string | undefined {
  return relays > 1 ? count(relays, 'relay') : relay;
}

export const fanOutColumns = ['relay', 'state', 'took', 'exit code', 'said'];

/** How far a run on several relays is. Times in milliseconds since the epoch. */
export interface FanOutProgress {
  readonly command: string;
  readonly runId: string;
  readonly done: number;
  readonly targets: number;
  /** The wave that is under way, from 1. */
  readonly wave: number;
  readonly waves: number;
  /** Set while the next wave waits for its time. */
  readonly nextAt?: number;
  readonly now: number;
}

export function fanOutRunning(progress: FanOutProgress): string {
  const { command, runId, done, targets, wave, waves, nextAt, now } = progress;
  const which = waves > 1 ? `wave ${wave} of ${waves}, ` : '';
  const pause = nextAt === undefined ? '' : `; next wave in ${duration(Math.max(0, seconds(nextAt - now)))}`;
  return `${command}: ${which}${done} of ${count(targets, 'relay')} done${pause}, run ${runId}`;
}

/** How a run on several relays came out. */
export interface FanOutEnd {
  readonly command: string;
  readonly runId: string;
  readonly targets: number;
  readonly failed: number;
  readonly notStarted: number;
  /** Who asked for it to be cancelled, where it was. */
  readonly cancelledBy?: string;
  /** How many might have failed; set where more did, so that later waves were not started. */
  readonly allowed?: number;
}

export function fanOutEnded(end: FanOutEnd): string {
  const { command, runId, targets, failed, notStarted, allowed, cancelledBy } = end;
  const well = targets - failed - notStarted;
  if (well === targets)
    return `${command}: ${targets === 1 ? 'the one relay' : `all ${count(targets, 'relay')}`} succeeded, run ${runId}`;
  const parts = [`${well} of ${count(targets, 'relay')} succeeded`];
  if (failed > 0) parts.push(`${failed} did not`);
  if (notStarted > 0) parts.push(`${notStarted} ${notStarted === 1 ? 'was' : 'were'} not started`);
  const stopped =
    cancelledBy !== undefined
      ? `. ${cancelledBy} cancelled it`
      : allowed !== undefined
        ? `. no further wave was started because ${tooMany(allowed)}`
        : '';
  return `${command}: ${both(parts)}${stopped}. to run those that did not succeed: again ${runId} --failed`;
}

function tooMany(allowed: number): string {
  return allowed === 0 ? 'none may fail' : `more than ${allowed} failed`;
}

/** Relays that match and were left out, with why. */
export function leftOutSentence(leftOut: readonly LeftOutRelay[], inAll: number, now: number): string {
  const named = leftOut.filter(({ relay }) => relay !== undefined);
  const hidden = leftOut.length - named.length;
  const shown = named.slice(0, mostNamed);
  const more = inAll - hidden - shown.length;
  const parts = [
    ...shown.map((one) => `${one.relay} ${whyLeftOut(one, now)}`),
    ...(hidden > 0 ? [`${hidden} protected, which you may not use`] : []),
    ...(more > 0 ? [`${more} more`] : []),
  ];
  return `left out: ${parts.join('; ')}`;
}

const mostNamed = 10;

function whyLeftOut({ why, since, note }: LeftOutRelay, now: number): string {
  const reason = reasons[why];
  if (reason) return reason;
  return `is ${why}${since === undefined ? '' : ` since ${clock(since, now)}`}${noted(note)}`;
}

const reasons: Readonly<Record<string, string>> = {
  'never-seen': 'was never heard',
  'no-driver': 'has no driver for it',
  'no-platform': 'runs other platforms',
  rules: 'is kept out by a rule',
};

export function moreTargets(count: number, runId: string): string {
  return `… and ${count.toLocaleString('en')} more: chasqui runs show ${runId}`;
}

/** Under a pipeline's result: who is not in it. */
export function missingSentence(command: string, relays: readonly string[], targets: number): string {
  const shown = relays.slice(0, mostNamed);
  const more = relays.length - shown.length;
  const names = both([...shown, ...(more > 0 ? [`${more} more`] : [])]);
  return `${command}: ${relays.length} of ${count(targets, 'relay')} did not succeed and ${relays.length === 1 ? 'is' : 'are'} left out: ${names}`;
}

/** What is said of a target in its state, where that is no state's name. */
export function targetState(state: string, started: boolean, waitsFor?: string): string {
  if (state === 'accepted') return 'ordered';
  if (state === 'cancelled' && !started) return 'not started';
  if (state !== 'waiting') return state;
  return waitsFor === 'wave' || waitsFor === undefined ? 'waiting' : `waiting (${waitsFor})`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}
