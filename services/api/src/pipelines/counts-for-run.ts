import { isTerminal, type ExecutionState } from '@chasqui/contracts';
import type { EntityManager } from 'typeorm';
import type { OpenExecution } from '../runs/open-execution.js';
import type { RunRow } from '../runs/run-row.js';
import { hasLaterStage } from './read-stage.js';

/** Whether the end of an execution changes anything about its run. */
export async function countsForRun(
  manager: EntityManager,
  { id, status }: Pick<RunRow, 'id' | 'status'>,
  { stage }: OpenExecution,
  { superseded }: { readonly superseded: boolean },
): Promise<boolean> {
  // Another attempt follows it, and what becomes of that one is the run's.
  if (superseded) return false;
  // The run is over for another reason: the truth about this execution is kept, and changes nothing else.
  if (isTerminal(status as ExecutionState) && status !== 'lost') return false;
  // Where it was lost, the run may have gone on without it.
  return !(await hasLaterStage(manager, id, stage));
}
