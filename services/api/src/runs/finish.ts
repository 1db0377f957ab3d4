import type { ExecutionState } from '@chasqui/contracts';
import type { Rendered } from '@chasqui/replies';
import type { DataSource } from 'typeorm';
import { commandEnd, endRows, stepOf } from '../audit/command-end.js';
import { entriesWritten } from '../audit/entries-written.js';
import { fewRows } from '../few-rows.js';
import { newId } from '../ids.js';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';
import type { End } from './end-of.js';
import type { OpenExecution } from './open-execution.js';
import { chunkRows } from './output-chunks.js';
import type { OutboxRow } from './outbox.service.js';

/** Everything that an end changes. */
export interface Ending {
  readonly open: OpenExecution;
  readonly end: End;
  /** The states it may come from, and the one it leads to. */
  readonly from: readonly ExecutionState[];
  readonly to: ExecutionState;
  readonly reply: Rendered;
  /** The reply's. */
  readonly seq: number;
  readonly outbox: readonly OutboxRow[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Ends executions: their rows, the rest of their output, their runs, the replies and the audit log, in one statement and so in one transaction. Answers
 * for each whether it ended by this: false where it is in none of the states named, because somebody ended it before, and that end stands; and where
 * somebody ended it since it was read, or tried it again, because then this reply is not the one to tell.
 */
export async function finish(dataSource: DataSource, endings: readonly Ending[]): Promise<boolean[]> {
  // Two ends of one execution in one statement would each be told, and one of them written.
  const first = new Map(endings.map((ending) => [ending.open.id, ending] as const).toReversed());
  const later = endings.filter((ending) => first.get(ending.open.id) !== ending);
  const ended = new Set(await finishDistinct(dataSource, [...first.values()]));
  if (later.length > 0) {
    const answers = await finish(dataSource, later);
    later.forEach((ending, at) => answers[at] && ended.add(ending));
  }
  return endings.map((ending) => ended.has(ending));
}

/** Of executions each another one. Answers which of these ends were written. */
async function finishDistinct(dataSource: DataSource, endings: readonly Ending[]): Promise<Ending[]> {
  const rows = await update<{ id: string }>(dataSource, [
    jsonb(endings.map(row)),
    jsonb(endings.flatMap(({ open, end }) => chunkRows(open.id, end.epoch ?? 0, end.chunks))),
    jsonb(
      endings.flatMap(({ open, outbox }) => outbox.map((message) => ({ ...message, execution_id: open.id }))),
    ),
  ]);
  const ended = new Set(rows.map(({ id }) => id));
  return endings.filter(({ open }) => ended.has(open.id));
}

function row({ open, end, from, to, reply, seq, at }: Ending) {
  const { blocks, text, mark } = reply;
  return {
    id: open.id,
    relay: open.relay,
    attempt: open.attempt,
    from,
    ended_at: open.endedAt,
    state: to,
    at,
    started_at: end.startedAt,
    exit_code: end.exitCode,
    outcome: end.end,
    epoch: end.epoch ?? 0,
    output_bytes: end.outputBytes,
    dropped_bytes: end.droppedBytes,
    gap_before: end.gapBefore,
    code: end.code,
    image_digest: end.imageDigest,
    audit_id: newId(),
    audit_step: stepOf(seq),
    audit: commandEnd(end, to, open.acceptedAt, at, open.run.cancelledBy),
    reply: { blocks, text, mark },
    reply_seq: seq,
  };
}

const update = prepared(
  'finish',
  `with e as (
     update executions set state = g.state, started_at = coalesce(executions.started_at, to_timestamp(g.started_at / 1000.0)),
       finished_at = to_timestamp(g.at / 1000.0), exit_code = g.exit_code, outcome = g.outcome,
       epoch = greatest(executions.epoch, g.epoch), output_bytes = g.output_bytes, dropped_bytes = g.dropped_bytes, gap_before = g.gap_before,
       image_digest = g.image_digest
     from jsonb_to_recordset($1::jsonb) as g(id uuid, relay text, attempt int, "from" jsonb, ended_at bigint, state text, at bigint, started_at bigint, exit_code int,
       outcome jsonb, epoch int, output_bytes bigint, dropped_bytes bigint, gap_before int, code text, reply jsonb, reply_seq int,
       image_digest text, audit_id uuid, audit_step int, audit jsonb)
     where ${fewRows('g.id')} and executions.id = g.id and executions.relay = g.relay and executions.attempt = g.attempt and g."from" ? executions.state
       and executions.superseded_by is null and executions.finished_at is not distinct from to_timestamp(g.ended_at / 1000.0)
     returning executions.id, run_id, g.state, to_timestamp(g.started_at / 1000.0) as started_at, to_timestamp(g.at / 1000.0) as at,
       g.code, g.exit_code, g.reply, g.reply_seq, g.audit_id, g.audit_step, g.audit
   ), c as (
     insert into output_chunks (execution_id, epoch, seq, stream, text, bytes)
     select c.execution_id, c.epoch, c.seq, c.stream, c.text, decode(c.base64, 'base64')
     from jsonb_to_recordset($2::jsonb) as c(execution_id uuid, epoch int, seq int, stream text, text text, base64 text)
     where c.execution_id in (select id from e) on conflict do nothing
   ), r as (
     update runs set status = e.state, started_at = coalesce(runs.started_at, e.started_at), code = e.code, exit_code = e.exit_code,
       finished_at = e.at, reply = e.reply, reply_seq = e.reply_seq
     from e where runs.id = e.run_id
   ), message as (
     insert into outbox (id, topic, key, headers, value)
     select m.id, m.topic, m.key, m.headers, m.value
     from jsonb_to_recordset($3::jsonb) as m(id uuid, topic text, key text, headers jsonb, value text, execution_id uuid)
     where m.execution_id in (select id from e)
   ), ${entriesWritten(endRows(`(select audit_id as id, run_id, at, audit_step as step, audit as content from e) x`))}
   select id from e`,
);
