import type { Finished, Refused } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { jsonb } from '../json.js';
import { endOf } from './end-of.js';
import { sourcesOf } from './sources-of.js';

/** So many of one execution are kept. */
const mostKept = 10;

/** An end that was reported, and the one that stood already. */
export interface Contradiction {
  readonly stood: string;
  readonly said: string;
}

/**
 * Keeps a report of an end that came too late to count, where it says something else than the end that stands: another state, or another exit code.
 * Undefined where it says the same, or was kept before; and of each execution only so many are. The one that stands stays.
 */
export async function keepLateReport(
  dataSource: DataSource,
  report: Finished | Refused,
  now: number,
): Promise<Contradiction | undefined> {
  const end = endOf(report);
  const { to } = sourcesOf(end.event, end.who);
  const [row] = await dataSource.query<Contradiction[]>(
    `insert into late_reports (execution_id, nth, said, code, exit_code, outcome, stood, reported_at, heard_at)
     select e.id, (select count(*) from late_reports l where l.execution_id = e.id), $4, $5, $6, $7::jsonb, e.state,
       to_timestamp($8 / 1000.0), to_timestamp($9 / 1000.0)
     from executions e
     where e.id = $1 and e.relay = $2 and e.attempt = $3 and e.state not in ('waiting', 'accepted', 'running', 'lost')
       and (e.state <> $4 or e.exit_code is distinct from $6)
       and (select count(*) from late_reports l where l.execution_id = e.id) < ${mostKept}
       and not exists (select from late_reports l where l.execution_id = e.id and l.said = $4
         and l.code is not distinct from $5 and l.exit_code is not distinct from $6)
     on conflict do nothing returning stood, said`,
    [
      report.executionId,
      report.relay,
      report.attempt,
      to,
      end.code ?? null,
      end.exitCode ?? null,
      jsonb(end.end),
      report.at,
      now,
    ],
  );
  return row;
}
