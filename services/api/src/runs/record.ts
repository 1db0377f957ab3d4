import type { DataSource } from 'typeorm';
import { entriesIn, entriesWritten } from '../audit/entries-written.js';
import { entriesJson, type NewEntry } from '../audit/new-entry.js';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';
import type { OutboxRow } from './outbox.service.js';
import type { ExecutionRow, RunRow } from './run-row.js';

/** What one decision leaves behind, all of it or nothing. */
export interface Recording {
  readonly run: RunRow;
  readonly executions: readonly ExecutionRow[];
  readonly outbox: readonly OutboxRow[];
}

/** The same with what the audit log says of it. */
export interface AuditedRecording extends Recording {
  readonly audit: NewEntry;
}

/**
 * Writes runs, their executions, what is to be published and the audit log, in one statement and so in one transaction: from here on the commands are
 * accepted. Answers for each whether it was written; false, and nothing of it is, where the same chat message was recorded before.
 */
export async function record(
  dataSource: DataSource,
  recordings: readonly AuditedRecording[],
): Promise<boolean[]> {
  // The same message may come again while it is at work here; both make the same run, and one of them counts.
  const once = new Map(recordings.map((recording) => [recording.run.id, recording]));
  const distinct = [...once.values()];
  const rows = await insert<{ id: string }>(dataSource, [
    jsonb(distinct.map(({ run }) => run)),
    jsonb(distinct.flatMap(({ executions }) => executions)),
    jsonb(distinct.flatMap(({ run, outbox }) => outbox.map((row) => ({ ...row, run_id: run.id })))),
    entriesJson(distinct.map(({ audit }) => audit)),
  ]);
  const written = new Set(rows.map((row) => row.id));
  return recordings.map((one) => once.get(one.run.id) === one && written.has(one.run.id));
}

const insert = prepared(
  'record',
  `with run as (
     insert into runs select * from json_populate_recordset(null::runs, $1::json)
     on conflict do nothing returning id
   ), execution as (
     insert into executions select e.* from json_populate_recordset(null::executions, $2::json) e where e.run_id in (select id from run)
   ), message as (
     insert into outbox (id, topic, key, headers, value, attempted)
     select m.id, m.topic, m.key, m.headers, m.value, coalesce(m.attempted, true)
     from jsonb_to_recordset($3::jsonb) as m(id uuid, topic text, key text, headers jsonb, value text, attempted boolean, run_id uuid)
     where m.run_id in (select id from run)
   ), ${entriesWritten(
     `select a.id, a.at, a.kind, a.about, a.step, a.content from ${entriesIn('$4')} where a.about in (select id from run)`,
   )}
   select id from run`,
);
