import { z } from 'zod';

/**
 * The life of one execution, and so of a run. `waiting` is recorded and not yet ordered, because others go first or a relay is not there yet;
 * `accepted` is recorded and ordered, `running` is in a driver's hands, the others are terminal; `lost` is the one terminal
 * state that a relay's return may still settle.
 */
export const ExecutionState = z.enum([
  'waiting',
  'accepted',
  'running',
  'succeeded',
  'failed',
  'timed-out',
  'cancelled',
  'refused',
  'expired',
  'lost',
]);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** What can happen to it. */
export type ExecutionEvent =
  'ordered' | 'started' | 'succeeded' | 'failed' | 'timed-out' | 'cancelled' | 'refused' | 'expired' | 'lost';

export interface Transition {
  readonly from: ExecutionState;
  readonly event: ExecutionEvent;
  readonly to: ExecutionState;
  /** Who may bring it about: the relay by a report, or the API by its sweep. */
  readonly who: 'relay' | 'api';
}

/**
 * Every transition there is; what is not here does not happen. A relay may report the end of what we never heard start,
 * because reports may overtake one another; and its word replaces `lost`. The API by itself cancels only what can no longer be started: what
 * waits, what is ordered and was never sent, and what its relay has not started in time. Anything else its relay has to confirm.
 * It gives up by itself what has waited long enough.
 */
export const transitions: readonly Transition[] = [
  { from: 'waiting', event: 'ordered', to: 'accepted', who: 'api' },
  { from: 'waiting', event: 'cancelled', to: 'cancelled', who: 'api' },
  { from: 'waiting', event: 'refused', to: 'refused', who: 'api' },
  { from: 'waiting', event: 'expired', to: 'expired', who: 'api' },
  { from: 'accepted', event: 'started', to: 'running', who: 'relay' },
  ...ends('accepted'),
  { from: 'accepted', event: 'refused', to: 'refused', who: 'relay' },
  { from: 'accepted', event: 'expired', to: 'expired', who: 'relay' },
  { from: 'accepted', event: 'expired', to: 'expired', who: 'api' },
  { from: 'accepted', event: 'cancelled', to: 'cancelled', who: 'api' },
  { from: 'accepted', event: 'lost', to: 'lost', who: 'api' },
  ...ends('running'),
  { from: 'running', event: 'lost', to: 'lost', who: 'api' },
  { from: 'lost', event: 'started', to: 'running', who: 'relay' },
  ...ends('lost'),
  { from: 'lost', event: 'refused', to: 'refused', who: 'relay' },
  { from: 'lost', event: 'expired', to: 'expired', who: 'relay' },
];

/** The state after an event, or undefined where the table has no such transition and nothing changes. */
export function nextState(
  from: ExecutionState,
  event: ExecutionEvent,
  who: 'relay' | 'api',
): ExecutionState | undefined {
  return transitions.find((t) => t.from === from && t.event === event && t.who === who)?.to;
}

export function isTerminal(state: ExecutionState): boolean {
  return state !== 'waiting' && state !== 'accepted' && state !== 'running';
}

function ends(from: ExecutionState): Transition[] {
  return (['succeeded', 'failed', 'timed-out', 'cancelled'] as const).map((event) => ({
    from,
    event,
    to: event,
    who: 'relay',
  }));
}
