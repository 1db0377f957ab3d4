import type { DataSource } from 'typeorm';
import { entriesIn, entriesWritten } from '../audit/entries-written.js';
import { entriesJson, type NewEntry } from '../audit/new-entry.js';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';
import { keptFromWork } from '../relays/hold-relays.js';
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

/** What came of one: `moved` where an operator keeps a relay of it from new work since it was decided, so that it is to be decided again. */
export type Recorded = 'written' | 'repeated' | 'moved';

/**
 * Writes runs, their executions, what is to be published and the audit log, in one statement and so in one transaction: from here on the commands are
 * accepted. Of one that was not written, nothing is: the same chat message was recorded before, or one of its relays takes no work any more (`hold-relays.ts`).
 */
export async function record(
  dataSource: DataSource,
  recordings: readonly AuditedRecording[],
): Promise<Recorded[]> {
  // The same message may come again while it is at work here; both make the same run, and one of them counts.
  const once = new Map(recordings.map((recording) => [recording.run.id, recording]));
  const distinct = [...once.values()];
  const ordered = distinct.flatMap(({ executions }) => executions.filter(isForRelay));
  const rows = await insert<{ id: string; moved: boolean }>(dataSource, [
    jsonb(distinct.map(({ run }) => run)),
    jsonb(distinct.flatMap(({ executions }) => executions)),
    jsonb(distinct.flatMap(({ run, outbox }) => outbox.map((row) => ({ ...row, run_id: run.id })))),
    entriesJson(distinct.map(({ audit }) => audit)),
    ordered.map((execution) => execution.run_id),
    ordered.map(({ relay }) => relay),
  ]);
  const came = new Map(rows.map(({ id, moved }) => [id, moved ? ('moved' as const) : ('written' as const)]));
  return recordings.map(
    ({ run }, at) => (once.get(run.id) === recordings[at] && came.get(run.id)) || 'repeated',
  );
}

/** Whether it is ordered somewhere, or is to be. */
function isForRelay({ state, relay }: ExecutionRow): boolean {
  return relay !== '' && (state === 'accepted' || state === 'waiting');
}

const insert = prepared(
  'record',
  `with held as (
     select name from relays where name = any($6::text[]) and not ${keptFromWork('relays')} for key share
   ), moved as (
     select distinct o.run_id from unnest($5::uuid[], $6::text[]) as o(run_id, relay) where o.relay not in (select name from held)
   ), run as (
     insert into runs select r.* from json_populate_recordset(null::runs, $1::json) r where r.id not in (select run_id from moved)
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
   select id, false as moved from run union all select run_id, true from moved`,
);
