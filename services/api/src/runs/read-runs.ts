import type { DataSource } from 'typeorm';
import type { RunSchedule } from '../schedules/run-schedule.js';
import { executionWait } from '../waiting/execution-wait.js';
import { standingOf, type Standing } from '../waiting/standing.js';
import type { Run } from './run.js';
import { severalSteps } from './several-steps.js';

/** Which runs: all that is given must hold. `before` is the id of a run, for the page after it. */
export interface RunFilter {
  readonly id?: string;
  readonly userId?: string;
  readonly username?: string;
  readonly command?: string;
  readonly relay?: string;
  readonly status?: string;
  readonly before?: string;
  readonly limit: number;
}

/** Not `plan` and `result`, which may be large. */
const columns = `r.id, r.line, r.expanded, ${severalSteps('r')} as staged, r.status, r.code, r.bundle, r.command, r.version, r.adapter, r.room, r.room_name, r.username,
  r.user_email, r.relay, r.selector, r.exit_code, r.accepted_at, r.started_at, r.finished_at, r.reply,
  r.cancel_requested_by, r.cancel_requested_at, r.schedule`;

const codeOfEnd = `case e.outcome ->> 'kind' when 'unknown' then 'outcome-unknown' when 'out-of-memory' then 'out-of-memory'
    when 'expired' then 'order-late' else e.outcome ->> 'code' end`;
const lateReports = `(select json_agg(json_build_object('status', l.said, 'code', l.code, 'exitCode', l.exit_code, 'reportedAt', l.reported_at,
    'heardAt', l.heard_at) order by l.nth) from late_reports l where l.execution_id = e.id)`;

/** So many executions and relays of a run stand in a list of runs; of one run that is asked for, all. */
const listed = 50;

/** Runs, newest first, with their executions and the relays of these, each once, in the order of the line. */
export async function readRuns(dataSource: DataSource, filter: RunFilter): Promise<Run[]> {
  const { where, values } = conditions(filter);
  const most = filter.id === undefined ? listed : null;
  const rows = await dataSource.query<Row[]>(
    `select ${columns}, coalesce((
       select json_agg(json_build_object('id', e.id, 'relay', e.relay, 'attempt', e.attempt, 'status', e.state, 'exitCode', e.exit_code,
         'stage', e.stage, 'item', e.item, 'startedAt', e.started_at, 'finishedAt', e.finished_at, 'outputBytes', e.output_bytes,
         'droppedBytes', e.dropped_bytes, 'code', ${codeOfEnd}, 'late', ${lateReports},
         'waits', case when e.state = 'waiting' then json_build_object('waitsFor', e.waits_for, 'notBefore', e.not_before, 'giveUpAt', e.give_up_at) end) order by e.stage, e.item, e.attempt)
       from (select * from executions where run_id = r.id order by stage, item, attempt limit ${most}) e), '[]') as executions, named.*
     from (select * from runs r ${where} order by r.id desc limit ${filter.limit}) r cross join lateral (
       select coalesce(sum(executions), 0)::int as execution_count, count(*) filter (where relay <> '')::int as relay_count,
         coalesce((array_agg(relay order by first) filter (where relay <> ''))[:${most ?? ''}], '{}') as relays
       from (select relay, count(*) as executions, min(array[stage, item, attempt]) as first from executions where run_id = r.id group by relay) each) named
     order by r.id desc`,
    values,
  );
  // Where it stands in a queue changes with every other run: it is told of one run that is asked for, not in lists.
  const standing =
    filter.id && rows.some(waitsInQueue) ? await standingOf(dataSource.manager, filter.id, Date.now()) : [];
  const byExecution = new Map(standing.map((one) => [one.executionId, one]));
  return rows.map((row) => toRun(row, byExecution));
}

function waitsInQueue({ executions }: Row): boolean {
  return executions.some(({ waits }) =>
    ['lock', 'limit', 'relay'].includes((waits as Waits | null)?.waitsFor ?? ''),
  );
}

type Waits = Parameters<typeof executionWait>[0];

/** Run ids are made from time, so their order is the order of acceptance, and a page goes on where the last one ended. */
function conditions(filter: RunFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(sql.replaceAll('?', `$${values.length}`));
  };
  add('r.id = ?', filter.id);
  add('r.user_id = ?', filter.userId);
  add('r.username = ?', filter.username);
  add(`(r.bundle || ':' || r.command = ? or r.command = ?)`, filter.command);
  add(
    '(r.relay = ? or exists (select from executions e where e.run_id = r.id and e.relay = ?))',
    filter.relay,
  );
  add('r.status = ?', filter.status);
  add('r.id < ?', filter.before);
  return { where: parts.length > 0 ? `where ${parts.join(' and ')}` : '', values };
}

interface Row extends Record<string, unknown> {
  accepted_at: Date;
  finished_at: Date | null;
  executions: Record<string, unknown>[];
}

function toRun(row: Row, standing: ReadonlyMap<string, Standing>): Run {
  const { accepted_at: accepted, finished_at: finished } = row;
  return withoutNulls({
    id: row['id'],
    line: row['line'],
    expanded: row['expanded'],
    staged: row['staged'] === true ? true : null,
    status: row['status'],
    code: row['code'],
    bundle: row['bundle'],
    command: row['command'],
    version: row['version'],
    adapter: row['adapter'],
    room: row['room_name'] ?? row['room'],
    user: row['username'] === null ? null : { username: row['username'], email: row['user_email'] },
    relay: row['relay'],
    relays: row['relays'],
    relayCount: row['relay_count'],
    selector: row['selector'],
    exitCode: row['exit_code'],
    acceptedAt: iso(accepted),
    startedAt: iso(row['started_at']),
    finishedAt: iso(finished),
    durationMs: finished && finished.getTime() - accepted.getTime(),
    cancel:
      row['cancel_requested_by'] === null
        ? null
        : { by: row['cancel_requested_by'], at: iso(row['cancel_requested_at']) },
    schedule: toldSchedule(row['schedule'] as RunSchedule | null),
    reply: row['reply'],
    executionCount: row['execution_count'],
    executions: row.executions.map((execution) =>
      withoutNulls({
        ...execution,
        startedAt: iso(execution['startedAt']),
        finishedAt: iso(execution['finishedAt']),
        waits: execution['waits']
          ? executionWait(execution['waits'] as Waits, standing.get(execution['id'] as string))
          : null,
        late: toldLate(execution['late'] as Record<string, unknown>[] | null),
      }),
    ),
  }) as unknown as Run;
}

function toldSchedule(schedule: RunSchedule | null): Run['schedule'] | null {
  return schedule && { name: schedule.name, dueAt: new Date(schedule.dueAt).toISOString() };
}

function toldLate(reports: Record<string, unknown>[] | null) {
  return (
    reports?.map((report) =>
      withoutNulls({ ...report, reportedAt: iso(report['reportedAt']), heardAt: iso(report['heardAt']) }),
    ) ?? null
  );
}

function iso(time: unknown): string | null {
  return time === null || time === undefined ? null : new Date(time as string).toISOString();
}

function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}
