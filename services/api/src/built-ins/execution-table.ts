import type { Block } from '@chasqui/contracts';
import { targetState } from '@chasqui/replies';
import type { Run } from '../runs/run.js';

/** So many executions are shown, the latest. */
const most = 50;

/** What `run show` tells of the executions of a run that goes on, where it has several: how each of them stands. */
export function executionTable({ executions }: Run): Block[] {
  if (executions.length < 2) return [];
  const rows = executions
    .slice(-most)
    .map(({ stage, relay, status, startedAt, exitCode }) => [
      String(stage + 1),
      relay,
      targetState(status, startedAt !== undefined),
      exitCode === undefined ? '' : String(exitCode),
    ]);
  return [{ kind: 'table', columns: ['stage', 'relay', 'state', 'exit code'], rows }];
}
