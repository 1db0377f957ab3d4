import type { ExecutionState } from '@chasqui/contracts';
import type { EntityManager } from 'typeorm';
import type { WaitsFor } from '../runs/run-row.js';
import type { WaveMember } from './after-wave.js';

/**
 * Whether a wave of a fan-out is under way: then the end of one relay changes nothing yet. Asked at every end, and there may be a thousand, so it looks
 * no further than to the first that is.
 */
export async function isWaveUnderWay(manager: EntityManager, runId: string, stage: number): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `select from executions where run_id = $1 and stage = $2 and superseded_by is null
       and (state in ('accepted', 'running') or state = 'waiting' and waits_for is distinct from 'wave') limit 1`,
    [runId, stage],
  );
  return rows.length > 0;
}

/** Reads of a fan-out what tells which wave is next, in the order of its targets: the latest attempt on each. */
export async function readMembers(
  manager: EntityManager,
  runId: string,
  stage: number,
): Promise<readonly WaveMember[]> {
  const rows = await manager.query<Row[]>(
    `select id, item, state, waits_for, not_before from executions
     where run_id = $1 and stage = $2 and superseded_by is null order by item`,
    [runId, stage],
  );
  return rows.map(({ id, item, state, waits_for, not_before }) => ({
    id,
    item,
    state,
    waitsFor: waits_for ?? undefined,
    notBefore: not_before?.getTime(),
  }));
}

interface Row {
  readonly id: string;
  readonly item: number;
  readonly state: ExecutionState;
  readonly waits_for: WaitsFor | null;
  readonly not_before: Date | null;
}
