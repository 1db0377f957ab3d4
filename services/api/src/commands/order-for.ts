import type { ChatMessage, Order } from '@chasqui/contracts';
import { newId } from '../ids.js';
import type { ExecutionRow } from '../runs/run-row.js';
import type { Plan } from './decide.js';
import { environmentOf } from './environment.js';
import { limitsOf } from './limits.js';

/** The execution that a plan asks for, as it is first written. Times in milliseconds, `now` since the epoch. */
export function executionFor(
  runId: string,
  plan: Plan,
  now: number,
  { startWithinMs, commandTimeoutMs }: { readonly startWithinMs: number; readonly commandTimeoutMs: number },
): ExecutionRow {
  return {
    id: newId(),
    run_id: runId,
    relay: plan.relay,
    attempt: 1,
    state: 'accepted',
    start_by: new Date(now + startWithinMs).toISOString(),
    timeout_ms: plan.entry.command.timeoutMs ?? commandTimeoutMs,
    started_at: null,
    finished_at: null,
    exit_code: null,
    outcome: null,
    epoch: 0,
    output_bytes: 0,
    dropped_bytes: 0,
    gap_before: null,
  };
}

/** The order for an execution: everything that the relay needs, so that it asks nobody. */
export function orderFor(
  execution: ExecutionRow,
  plan: Plan,
  message: ChatMessage,
  now: number,
  relayTags: readonly string[],
): Order {
  const { bundle, command } = plan.entry;
  const { username, email, id } = plan.asker;
  const ids = { runId: execution.run_id, executionId: execution.id, idempotencyKey: execution.id };
  return {
    kind: 'order',
    relay: plan.relay,
    ...ids,
    attempt: execution.attempt,
    issuedAt: now,
    startBy: Date.parse(execution.start_by),
    timeoutMs: execution.timeout_ms,
    bundle: bundle.name,
    version: bundle.version,
    command: command.name,
    image: command.image,
    executable: [...command.executable],
    args: [...plan.argv],
    env: environmentOf(plan, message, { ...ids, attempt: execution.attempt }, relayTags),
    limits: limitsOf(command.limits),
    network: command.network,
    writableRoot: command.writableRoot,
    asker: { id, username, email },
  };
}
