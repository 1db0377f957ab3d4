import type { Block } from '@chasqui/contracts';
import type { EntityManager } from 'typeorm';
import type { CommandStage } from '../commands/plan.js';
import type { RunRow } from '../runs/run-row.js';
import { someFailed } from './show-pipeline.js';

/** What is to be said of stages of a run that went on although some of their items failed. */
export async function notesOn(manager: EntityManager, run: RunRow): Promise<readonly Block[]> {
  const rows = await manager.query<{ stage: number; failed: string[]; items: number }[]>(
    `select stage, coalesce(array_agg(relay order by item) filter (where state <> 'succeeded'), '{}') as failed, count(*)::int as items
     from executions where run_id = $1 and superseded_by is null group by stage order by stage`,
    [run.id],
  );
  return rows
    .filter(({ failed }) => failed.length > 0)
    .map(({ stage, failed, items }) => someFailed(run.plan!.stages[stage] as CommandStage, failed, items));
}
