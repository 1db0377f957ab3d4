import type { DataSource } from 'typeorm';

/** The row of a run or of an action, as its last entry tells it. */
export interface LogRow {
  /** The run's id, or the action's. */
  readonly id: string;
  /** When that entry was written. */
  readonly at: Date;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Runs of which something is ordered, runs or waits: those that are open, and a few that were lost. */
const withMoreToCome = `select run_id from executions where state in ('accepted', 'running')
  union all select run_id from executions where state = 'waiting'`;

/** What each stage of a line has of its own. */
const ofStages: ReadonlySet<string> = new Set(['command', 'relay']);

/** Which rows; all that is given must hold. */
export interface LogFilter {
  /** By column of `audit_entries`; undefined is any. */
  readonly where: Readonly<Record<string, string | undefined>>;
  /** Whose they are, beside the user name: one name may have been several people's, one after another. */
  readonly userId?: string;
  /** Milliseconds since the epoch: not before, and before. */
  readonly since?: number;
  readonly until?: number;
  /** The id of a row, for the page behind it. */
  readonly before?: string;
  readonly limit: number;
}

/**
 * Rows of one log, newest first. Each filter has an index that gives its rows in that order, and a page begins behind the last one's id, so a late page
 * costs as much as the first. Ids are made from time: what is asked for by time is when it was said.
 */
export async function readLog(
  db: Pick<DataSource, 'query'>,
  kind: 'command' | 'action',
  filter: LogFilter,
): Promise<LogRow[]> {
  const values: unknown[] = [];
  const parts = [
    `e.kind = '${kind}'`,
    `not exists (select from audit_entries later where later.kind = '${kind}' and later.about = e.about and later.step > e.step)`,
  ];
  const add = (sql: string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(sql.replace('?', `$${values.length}`));
  };
  for (const [column, value] of Object.entries(filter.where)) {
    if (value === undefined || !ofStages.has(column)) add(`e.${column} = ?`, value);
    else {
      // The first command of a line has columns; the others stand among its stages.
      values.push(value, JSON.stringify([{ [column]: value }]));
      const [first, any] = [values.length - 1, values.length];
      const either = [`e.${column} = $${first}`, `e.content -> 'stages' @> $${any}::jsonb`];
      // A stage on several relays names them all.
      if (column === 'relay')
        either.push(`e.content -> 'stages' @> $${values.push(JSON.stringify([{ relays: [value] }]))}::jsonb`);
      parts.push(`(${either.join(' or ')})`);
    }
  }
  add(`e.content #>> '{user,id}' = ?`, filter.userId);
  // Nearly every run was accepted once; those that still are the runs themselves know.
  if (filter.where['status'] === 'accepted')
    parts.push(
      `e.about in (select id from runs where status in ('accepted', 'running') and id in (${withMoreToCome}))`,
    );
  add('e.about >= ?::uuid', filter.since === undefined ? undefined : firstId(filter.since));
  add('e.about < ?::uuid', filter.until === undefined ? undefined : firstId(filter.until));
  add('e.about < ?::uuid', filter.before);
  return db.query<LogRow[]>(
    `select e.about as id, e.at, e.content from audit_entries e where ${parts.join(' and ')} order by e.about desc limit ${filter.limit}`,
    values,
  );
}

/** All rows, page by page. */
export async function* allRows(
  db: Pick<DataSource, 'query'>,
  kind: 'command' | 'action',
  filter: Omit<LogFilter, 'limit'>,
): AsyncGenerator<LogRow> {
  const limit = 500;
  let before = filter.before;
  for (;;) {
    const rows = await readLog(db, kind, { ...filter, limit, ...(before !== undefined && { before }) });
    yield* rows;
    before = rows.at(-1)?.id;
    if (rows.length < limit) return;
  }
}

/** The least id of version 7 that can be made at a time (RFC 9562 §5.7). */
function firstId(ms: number): string {
  const hex = Math.min(Math.max(0, Math.floor(ms)), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
