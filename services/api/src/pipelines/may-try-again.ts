import { retriesOf } from '@chasqui/bundles';
import type { PlanStage } from '../commands/plan.js';
import type { End } from '../runs/end-of.js';
import type { OpenExecution } from '../runs/open-execution.js';
import { relayFaultOf } from './relay-fault.js';

/**
 * Whether an execution that ended so may be tried again at all: its command says that running it twice does no harm, it has tries left, and it was its
 * relay that failed. What a command itself came to is never a reason. Pure.
 */
export function mayTryAgain({ plan, stage, attempt }: OpenExecution, { end }: End): boolean {
  return attempt <= retriesIn(plan?.stages[stage]) && relayFaultOf(end) !== undefined;
}

function retriesIn(stage: PlanStage | undefined): number {
  return stage?.kind === 'command' ? retriesOf(stage.command) : 0;
}

/**
 * Whether it is too late for that: the attempt could not still have been at work, so nobody waits for it any more. A line of last night is not run at
 * breakfast, however it failed. `now`, and `graceMs` for which its relay may have been silent, in milliseconds.
 */
export function isTooLate(
  { startBy, timeoutMs }: Pick<OpenExecution, 'startBy' | 'timeoutMs'>,
  now: number,
  graceMs: number,
): boolean {
  return now > startBy + timeoutMs + graceMs;
}
