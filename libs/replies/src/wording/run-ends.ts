import { refusal, type Outcome, type Refused } from '@chasqui/contracts';
import { outageSentence, sentence } from '../wording.js';
import { clock, duration, size } from './amounts.js';

/** How an execution ended: by a relay's report, or by the API's own sweep (`expired`, `lost`). Times in milliseconds since the epoch. */
export type RunEnd =
  | Outcome
  | { readonly kind: 'refused'; readonly code: Refused['code']; readonly detail: string }
  /** Cancelled before it was started. */
  | { readonly kind: 'cancelled'; readonly unstarted: true }
  /** No relay had started it by `startBy`. */
  | { readonly kind: 'expired'; readonly startBy?: number }
  /** Its relay was heard last at `since`, while it ran or may have; or is `revoked`, and believed no more. */
  | { readonly kind: 'lost'; readonly since?: number; readonly revoked?: true };

/** What a sentence about an end may need. */
export interface EndFacts {
  readonly relay: string;
  readonly runId: string;
  /** How long it was allowed to run. */
  readonly timeoutMs?: number;
  /** How much memory it was allowed. */
  readonly memoryBytes?: number;
  /** Who asked for it to be cancelled, where somebody did. */
  readonly cancelledBy?: string;
  /** Now, so that times of today need no date. */
  readonly now?: number;
}

/** What is said of an end, after the output; undefined where there is nothing to say because it ended well. */
export function endSentence(end: RunEnd, facts: EndFacts): string | undefined {
  const where = `on ${facts.relay}, run ${facts.runId}`;
  switch (end.kind) {
    case 'exited':
      return end.exitCode === 0 ? undefined : `exit code ${end.exitCode}, ${where}`;
    case 'timed-out':
      return `stopped after ${limit(facts.timeoutMs, duration)}; what it did until then stays done. ${where}`;
    case 'cancelled':
      return 'unstarted' in end
        ? `cancelled${by(facts)} before it was started; it did nothing. run ${facts.runId}`
        : `cancelled${by(facts)}; what it did until then stays done. ${where}`;
    case 'out-of-memory':
      return `killed because it used more than ${limit(facts.memoryBytes, size, 'its memory')}. ${where}`;
    case 'not-started':
      return `${outageSentence(end.code, { detail: end.detail, relay: facts.relay })}. run ${facts.runId}`;
    case 'unknown':
      return `it ran, but ${facts.relay} was restarted while watching it, and how it ended is not known${aside(end.detail)}. look at what it did before you send it again. run ${facts.runId}`;
    case 'refused':
      return `${sentence(refusal(end.code, { detail: end.detail, relay: facts.relay }))}. run ${facts.runId}`;
    case 'expired': {
      const by = end.startBy === undefined ? 'in time' : `by ${clock(end.startBy, facts.now)}`;
      return `not run: ${facts.relay} did not start it ${by}, and late orders are dropped. send it again if you still want it. run ${facts.runId}`;
    }
    case 'lost': {
      if (end.revoked)
        return `${facts.relay} was revoked, and nothing it says counts any more: how this ends will not be known here. look at what it did before you send it again. run ${facts.runId}`;
      const since = end.since === undefined ? 'any more' : `since ${clock(end.since, facts.now)}`;
      return `${facts.relay} has not been heard ${since}, so how this ends is not known. it is not run again by itself; when ${facts.relay} comes back, what happened is told here. run ${facts.runId}`;
    }
  }
}

function limit(
  value: number | undefined,
  unit: (value: number) => string,
  otherwise = 'its time limit',
): string {
  return value === undefined ? otherwise : unit(value);
}

function by({ cancelledBy }: EndFacts): string {
  return cancelledBy === undefined ? '' : ` by ${cancelledBy}`;
}

function aside(detail: string): string {
  return detail ? ` (${detail})` : '';
}
