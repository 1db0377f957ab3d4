import type { Cancel } from '@chasqui/contracts';
import type { RelayEvents } from '../events.js';
import type { ApiClock } from '../heartbeat/api-clock.js';
import type { No } from './decide-order.js';
import type { Executions } from './executions.js';
import type { Journal } from './journal.js';

export interface CancelParts {
  readonly journal: Journal;
  readonly executions: Executions;
  readonly clock: ApiClock;
  readonly events: RelayEvents;
}

/** Why an execution is refused that was cancelled before a driver had it. */
export const unstarted: No = { code: 'cancelled', detail: 'it was cancelled before it was started' };

/**
 * Stops an execution, or sees to it that it is never started. Resolves once that is safe, so that it outlives this process; does not wait for the
 * command. Of what is over its report is sent again; of what was never heard of an order may still come, as long as that is not late, and then
 * must not be run.
 */
export async function cancel(
  message: Cancel,
  { journal, executions, clock, events }: CancelParts,
): Promise<void> {
  const recorded = journal.find(message.executionId, message.attempt);
  events.cancelAsked(message, recorded?.state ?? 'unknown');
  if (!recorded) {
    if (!clock.known || clock.now() <= message.startBy) await executions.refuse(message, unstarted);
    return;
  }
  if (recorded.state === 'settled') return executions.tellAgain(message, recorded);
  if (recorded.state === 'finished' || (await executions.withdraw(message, unstarted))) return;
  await executions.stop(message, message.by);
}
