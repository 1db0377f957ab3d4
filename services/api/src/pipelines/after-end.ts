import { isTerminal, type ExecutionState } from '@chasqui/contracts';
import type { WaitsFor } from '../runs/run-row.js';

/** An execution of a stage, as far as what comes next depends on it. In the order of the items. */
export interface Sibling {
  readonly id: string;
  readonly item: number;
  readonly state: ExecutionState;
  /** Where it waits. */
  readonly waitsFor?: WaitsFor;
}

/** What there is to do after one execution of a stage has ended. */
export type Next =
  /** Others of the stage are under way. */
  | { readonly kind: 'wait' }
  /** It is the turn of these. */
  | { readonly kind: 'order'; readonly ids: readonly string[] }
  /** This one failed, and with it the run; those that still wait are not to start. */
  | { readonly kind: 'failed'; readonly id: string }
  /** The stage is over. */
  | { readonly kind: 'proceed'; readonly failed: number };

/** So many executions of one stage are under way at once. */
export const atOnce = 4;

/**
 * Decides it. With `stop` the first failure lets those under way end and starts no other; with `continue` all are run, and the run fails
 * only if none succeeded. Of a run that is to be cancelled no other is started, and what was cancelled ends it, whatever `onError` says. Pure.
 */
export function afterEnd(
  siblings: readonly Sibling[],
  onError: 'stop' | 'continue',
  cancelled = false,
): Next {
  const underWay = siblings.filter(({ state }) => state === 'accepted' || state === 'running').length;
  const waiting = siblings.filter(isWaitingForTurn);
  // Those that wait for something else have had their turn.
  const queued = siblings.filter(({ state }) => state === 'waiting').length - waiting.length;
  const open = underWay + queued;
  const failed = siblings.filter(({ state }) => isTerminal(state) && state !== 'succeeded');
  const stops = failed.length > 0 && (onError === 'stop' || (cancelled && failed.some(isCancelled)));
  if (!stops && !cancelled && waiting.length > 0 && open < atOnce)
    return { kind: 'order', ids: waiting.slice(0, atOnce - open).map(({ id }) => id) };
  if (underWay > 0 || (queued > 0 && !stops && !cancelled)) return { kind: 'wait' };
  if (stops || failed.length === siblings.length) return { kind: 'failed', id: worst(failed, cancelled).id };
  return { kind: 'proceed', failed: failed.length };
}

/**
 * Of several that failed, the one that is told: lost before all others, because that is not over yet; of a run that was to be cancelled what
 * was; else the first.
 */
function worst(failed: readonly Sibling[], cancelled: boolean): Sibling {
  const lost = failed.find(({ state }) => state === 'lost');
  return lost ?? (cancelled ? failed.find(isCancelled) : undefined) ?? failed[0]!;
}

function isWaitingForTurn({ state, waitsFor = 'turn' }: Sibling): boolean {
  return state === 'waiting' && waitsFor === 'turn';
}

function isCancelled({ state }: Sibling): boolean {
  return state === 'cancelled';
}
