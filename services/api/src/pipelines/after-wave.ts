import { isTerminal, type ExecutionState } from '@chasqui/contracts';
import { endOfWave, waveOf, type FanOut } from '../commands/fan-out.js';
import type { WaitsFor } from '../runs/run-row.js';

/** An execution of a fan-out, as far as what comes next depends on it. In the order of the targets. */
export interface WaveMember {
  readonly id: string;
  readonly item: number;
  readonly state: ExecutionState;
  readonly waitsFor?: WaitsFor;
  /** When its wave may begin, once that is set, in milliseconds since the epoch. */
  readonly notBefore?: number;
}

/** What there is to do about a fan-out. */
export type AfterWave =
  /** The wave is under way, or the pause behind it is not over. */
  | { readonly kind: 'wait' }
  /** The wave is over; these, the next, may begin then. */
  | { readonly kind: 'pause'; readonly ids: readonly string[]; readonly until: number }
  /** These are to be ordered now. */
  | { readonly kind: 'order'; readonly ids: readonly string[] }
  /** Too many failed, or it was cancelled: these are never to start. */
  | { readonly kind: 'stop'; readonly ids: readonly string[] }
  /** All of them have ended. */
  | { readonly kind: 'over'; readonly failed: number };

/**
 * Decides it. A wave begins when all before it have ended, no more failed in all than may, and the pause is over; a wave that has begun is
 * never called back. Whatever ended otherwise than well has failed, also what was lost or refused. Pure.
 * @param now milliseconds since the epoch
 */
export function afterWave(
  members: readonly WaveMember[],
  each: Pick<FanOut, 'waves' | 'maxFailures' | 'pauseMs'>,
  now: number,
  cancelled = false,
): AfterWave {
  const later = members.filter(isLater);
  const failed = members.filter(({ state }) => isTerminal(state) && state !== 'succeeded').length;
  const isOpen = members.some((member) => !isTerminal(member.state) && !isLater(member));
  if (later.length > 0 && (cancelled || (!isOpen && failed > each.maxFailures)))
    return { kind: 'stop', ids: later.map(({ id }) => id) };
  if (isOpen) return { kind: 'wait' };
  if (later.length === 0) return { kind: 'over', failed };

  // In the order of their items, so the next wave is that of the first.
  const end = endOfWave(each, waveOf(each, later[0]!.item));
  const next = later.filter(({ item }) => item < end);
  const ids = next.map(({ id }) => id);
  const until = next[0]!.notBefore;
  if (until === undefined && each.pauseMs > 0) return { kind: 'pause', ids, until: now + each.pauseMs };
  return until !== undefined && until > now ? { kind: 'wait' } : { kind: 'order', ids };
}

/** Whether its wave has not begun. */
function isLater({ state, waitsFor }: WaveMember): boolean {
  return state === 'waiting' && waitsFor === 'wave';
}
