import type { Order } from '@chasqui/contracts';
import type { StoreClaims } from '@chasqui/sealing';

/** A command that ends right before its time may still have something to write, in milliseconds. */
const graceMs = 60_000;

/** What the store token of an order says. It ends with the execution, and in any case once that can no longer run. */
export function storeClaimsFor(
  order: Pick<Order, 'runId' | 'executionId' | 'bundle' | 'startBy' | 'timeoutMs' | 'asker'>,
  channel: string,
): StoreClaims {
  const { runId, executionId, bundle, startBy, timeoutMs, asker } = order;
  return { runId, executionId, bundle, channel, userId: asker.id, expiresAt: startBy + timeoutMs + graceMs };
}
