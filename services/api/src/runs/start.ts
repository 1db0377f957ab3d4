import type { Started } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { sourcesOf } from './sources-of.js';

/** Marks an execution and its run as running. False where nothing changed: it was not given to this relay, or is past that. */
export async function start(dataSource: DataSource, report: Started): Promise<boolean> {
  const { from, to } = sourcesOf('started', 'relay');
  const rows: unknown[] = await dataSource.query(
    `with e as (
       update executions set state = $5, started_at = coalesce(started_at, to_timestamp($4 / 1000.0))
       where id = $1 and relay = $2 and attempt = $3 and state = any($6) returning run_id, started_at
     ), r as (
       update runs set status = $5, started_at = coalesce(runs.started_at, e.started_at), finished_at = null
       from e where runs.id = e.run_id returning runs.id
     )
     select id from r`,
    [report.executionId, report.relay, report.attempt, report.at, to, from],
  );
  return rows.length > 0;
}
