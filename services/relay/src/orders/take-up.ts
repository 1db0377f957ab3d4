import { ToRelay, type Finished, type Order, type Outcome } from '@chasqui/contracts';
import { openWithAny, type SealingKey } from '@chasqui/sealing';
import type { AvailableDrivers } from '../drivers/available-drivers.js';
import type { RelayEvents } from '../events.js';
import type { ApiClock } from '../heartbeat/api-clock.js';
import type { Policy } from '../policy.js';
import { policyFor } from '../policy/policy-for.js';
import { unstarted } from './cancel.js';
import { decideOrder, workOf } from './decide-order.js';
import type { Attempt } from './entries.js';
import type { Executions } from './executions.js';
import type { Journal } from './journal.js';
import type { Recorded } from './recorded.js';

export interface TakeUpParts {
  readonly relay: string;
  readonly orderKeys: readonly SealingKey[];
  readonly policy: Policy;
  readonly apiUrl?: string | undefined;
  readonly journal: Journal;
  readonly executions: Executions;
  readonly drivers: AvailableDrivers;
  readonly clock: ApiClock;
  readonly events: RelayEvents;
}

/**
 * Takes up what an earlier process of this relay left, by what the journal says:
 * - `taken`, and never given to a driver: waits for its turn like a new one, and dies when it is late;
 * - `starting`: it may have begun. Its driver says what became of it; it is never started again, and stopped if somebody had asked for that;
 * - `finished`: its report is sent again, as it was, and before it what was kept.
 */
export async function takeUp(parts: TakeUpParts): Promise<void> {
  const unsettled = parts.journal.unsettled();
  if (unsettled.length > 0) parts.events.recovering(unsettled.length);
  for (const recorded of unsettled) {
    if (recorded.state === 'finished') await sendAgain(recorded, parts);
    else await goOn(recorded, parts);
  }
}

async function sendAgain(recorded: Recorded, { journal, executions, drivers }: TakeUpParts): Promise<void> {
  const ended = await journal.endOf(recorded);
  // Which driver it had, a finished entry no longer says; the others find nothing to remove.
  if (ended) executions.conclude(attemptOf(recorded), ended, drivers.all);
}

async function goOn(recorded: Recorded, parts: TakeUpParts): Promise<void> {
  const { relay, orderKeys, policy, apiUrl, journal, executions, drivers, events } = parts;
  const order = await openOrder(await journal.orderOf(recorded), relay, orderKeys);
  if (!order) {
    events.orderForgotten(recorded.run, recorded.execution);
    return giveUp(recorded, 'the relay died, and its token was changed before it came back', parts);
  }
  if (recorded.state === 'taken') {
    if (recorded.cancelling) return executions.refuse(order, unstarted);
    const plan = decideOrder(order, { policy, drivers, stopping: false, apiUrl, now: undefined });
    return 'code' in plan ? executions.refuse(order, plan) : executions.enqueue({ order, plan, epoch: 0 });
  }
  const driver = drivers.named(recorded.driver);
  if (!driver)
    return giveUp(
      recorded,
      `it was started by the ${recorded.driver} driver, which this relay no longer has`,
      parts,
    );
  const its = policyFor(policy, order);
  const timeoutMs = Math.min(order.timeoutMs, its.limits.timeout);
  const adopted = { handle: recorded.handle, startedAt: recorded.startedAt ?? recorded.at };
  const job = {
    order,
    plan: { driver, work: workOf(order, its, apiUrl), timeoutMs },
    epoch: recorded.epoch + 1,
    adopted,
  };
  await executions.takeUp(job, recorded.cancelling === true);
}

/** Says what little is known. */
async function giveUp(
  recorded: Recorded,
  detail: string,
  { relay, executions, drivers, clock }: TakeUpParts,
): Promise<void> {
  const attempt = attemptOf(recorded);
  const { runId, executionId } = attempt;
  const outcome: Outcome =
    recorded.state === 'taken'
      ? { kind: 'not-started', code: 'engine-unavailable', detail }
      : { kind: 'unknown', detail };
  const about = {
    relay,
    runId,
    executionId,
    attempt: attempt.attempt,
    at: clock.now(),
    epoch: recorded.epoch + 1,
  };
  const nothing = { chunks: [], outputBytes: 0, droppedBytes: 0, durationMs: 0 };
  const report: Finished = { kind: 'finished', ...about, outcome, ...nothing };
  await executions.end(attempt, { report }, drivers.all);
}

function attemptOf({ run, execution, attempt, startBy }: Recorded): Attempt {
  return { runId: run, executionId: execution, attempt, startBy };
}

async function openOrder(
  sealed: string,
  relay: string,
  keys: readonly SealingKey[],
): Promise<Order | undefined> {
  const message = ToRelay.safeParse(openWithAny(sealed, relay, 'to-relay', keys)).data;
  return message?.kind === 'order' ? message : undefined;
}
