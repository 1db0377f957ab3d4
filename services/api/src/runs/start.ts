import type { Started } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { fewRows } from '../few-rows.js';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';
import { severalSteps } from './several-steps.js';
import { sourcesOf } from './sources-of.js';

const { from, to } = sourcesOf('started', 'relay');

/**
 * Marks executions and their runs as running. Answers for each whether anything changed: false for one that was not given to this relay, or is
 * past that. What was lost runs again only by a word that was sent after it was lost: an older one is late, or somebody brings it again. A run of several
 * steps that was lost stays so, because it does not go on; and an attempt that another one follows changes only itself.
 * Nothing began before it was asked for: a relay whose clock was set a moment ago may say so, and would then be taken for one that does not end it.
 */
export async function start(dataSource: DataSource, reports: readonly Started[]): Promise<boolean[]> {
  const rows = await update<{ id: string }>(dataSource, [
    jsonb(reports.map(({ executionId, relay, attempt, at }) => ({ id: executionId, relay, attempt, at }))),
    to,
    from,
  ]);
  const changed = new Set(rows.map((row) => row.id));
  return reports.map(({ executionId }) => changed.has(executionId));
}

const update = prepared(
  'start',
  `with e as (
     update executions set state = $2, started_at = coalesce(started_at,
       greatest(to_timestamp(g.at / 1000.0), (select accepted_at from runs where runs.id = run_id)))
     from jsonb_to_recordset($1::jsonb) as g(id uuid, relay text, attempt int, at bigint)
     where ${fewRows('g.id')} and executions.id = g.id and executions.relay = g.relay and executions.attempt = g.attempt and state = any($3)
       and (state <> 'lost' or executions.finished_at < to_timestamp(g.at / 1000.0))
     returning executions.id, run_id, started_at, superseded_by
   ), r as (
     update runs set status = $2, started_at = coalesce(runs.started_at, e.started_at), finished_at = null
     from e where runs.id = e.run_id and e.superseded_by is null
       and (status <> $2 or runs.started_at is null) and (not staged or status in ('accepted', 'running') or status = 'lost' and not ${severalSteps('runs')})
   )
   select id from e`,
);
