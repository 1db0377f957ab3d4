import type { DataSource } from 'typeorm';
import { jsonb } from '../json.js';
import type { OutboxRow } from './outbox.service.js';
import type { ExecutionRow, RunRow } from './run-row.js';

/** What one decision leaves behind, all of it or nothing. */
export interface Recording {
  readonly run: RunRow;
  readonly executions: readonly ExecutionRow[];
  readonly outbox: readonly OutboxRow[];
}

/**
 * Writes a run, its executions and what is to be published, in one statement and so in one transaction: from here on the command is
 * accepted. Answers false, and writes nothing, where the same chat message was recorded before.
 */
export async function record(dataSource: DataSource, recording: Recording): Promise<boolean> {
  const rows: unknown[] = await dataSource.query(
    `with run as (
       insert into runs select * from jsonb_populate_record(null::runs, $1::jsonb)
       on conflict (message_key) do nothing returning id
     ), execution as (
       insert into executions select e.* from run, jsonb_populate_recordset(null::executions, $2::jsonb) e
     ), message as (
       insert into outbox (id, topic, key, headers, value)
       select m.id, m.topic, m.key, m.headers, m.value from run, jsonb_populate_recordset(null::outbox, $3::jsonb) m
     )
     select id from run`,
    [jsonb(recording.run), jsonb(recording.executions), jsonb(recording.outbox)],
  );
  return rows.length > 0;
}
