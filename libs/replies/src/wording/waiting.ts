import { clock } from './amounts.js';

/** A line that waits for something around us to work again. Times in milliseconds since the epoch. */
export interface Wait {
  /** The outage's code. */
  readonly code: string;
  readonly runId: string;
  /** From then on it is too late for it. */
  readonly until: number;
  readonly now: number;
}

export function waitingSentence({ code, runId, until, now }: Wait): string {
  const what = away[code] ?? `something it needs does not work (${code})`;
  return `waiting: ${what}. this is run as soon as that is mended, but not after ${clock(until, now)}. run ${runId}`;
}

const away: Record<string, string> = {
  'database-unavailable': 'the database cannot be reached',
  'broker-unavailable': 'the message broker cannot be reached',
};
