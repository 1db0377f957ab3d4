import type { RelayMatch } from '@chasqui/contracts';
import { both, clock, noted } from './amounts.js';

/** Whether a relay would take work, and why it would not: `yes`, `queues: all 4 slots are taken`, `no: draining since 12:03 UTC (kernel update)`. */
export function matchWords(
  { outcome, fails = [], platforms = [], ...relay }: RelayMatch,
  now: number,
): string {
  switch (outcome) {
    case 'takes-work':
      return 'yes';
    case 'queues':
      return `queues: ${relay.slots === 1 ? 'its one slot is' : `all ${relay.slots} slots are`} taken`;
    case 'only-suspect':
      return 'only if no other is online';
    case 'unavailable':
      return `no: ${standingWords({ ...relay, since: Date.parse(relay.since) }, now)}`;
    case 'no-driver':
      return 'no: has nothing to run it with';
    case 'no-platform':
      return `no: runs ${both(platforms) || 'no platform that it tells of'}`;
    case 'no-match':
      return `no: is not ${both(fails)}`;
  }
}

/** How a relay is and since when, with what its operator said: `paused since 12:03 UTC (kernel update until 14:00)`. */
export function standingWords(
  {
    state,
    since,
    note,
  }: { readonly state: string; readonly since: number; readonly note?: string | undefined },
  now: number,
): string {
  const how = state === 'never-seen' ? 'never seen' : `${state} since ${clock(since, now)}`;
  return how + noted(note);
}
