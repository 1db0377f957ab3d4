import type { ChatReply, OutputChunk } from '@chasqui/contracts';
import { renderRun } from '@chasqui/replies';
import type { DataSource } from 'typeorm';
import { jsonb } from '../json.js';
import type { End } from './end-of.js';
import { chunksJson, insertChunks, readChunks } from './output-chunks.js';
import { outboxRow, type OutboxRow } from './outbox.service.js';
import { replyMessages } from './reply-to.js';
import { sourcesOf } from './sources-of.js';

/** An execution with its run, as far as an end needs them. */
export interface OpenExecution {
  readonly id: string;
  readonly relay: string;
  readonly attempt: number;
  readonly state: string;
  readonly timeout_ms: string;
  readonly run: {
    readonly id: string;
    readonly adapter: string;
    readonly workspace: string | null;
    readonly room: string;
    readonly thread: string | null;
    readonly sender: string;
    readonly in_reply_to: string;
    readonly reply_seq: number;
    readonly accepted_at: Date;
  };
  /** Whether output was stored before the last report. */
  readonly hasOutput: boolean;
}

/** What came of an end: rows to publish, and what to log. */
export interface Ended {
  readonly outbox: readonly OutboxRow[];
  readonly summary: { runId: string; executionId: string; status: string; exitCode?: number };
}

const columns = `e.id, e.relay, e.attempt, e.state, e.timeout_ms, r.id as run_id, r.adapter, r.workspace, r.room, r.thread, r.sender,
  r.in_reply_to, r.reply_seq, r.accepted_at, exists (select from output_chunks c where c.execution_id = e.id) as has_output`;

/** Reads the execution that a relay reports on; undefined if that relay was never given it. */
export async function readOpen(
  dataSource: DataSource,
  of: { executionId: string; relay: string; attempt: number },
): Promise<OpenExecution | undefined> {
  const rows = await dataSource.query<Record<string, unknown>[]>(
    `select ${columns} from executions e join runs r on r.id = e.run_id where e.id = $1 and e.relay = $2 and e.attempt = $3`,
    [of.executionId, of.relay, of.attempt],
  );
  return rows[0] && openExecution(rows[0]);
}

/** Reads open executions for the sweep. `where` speaks of `e` and `r`. */
export async function readOverdue(
  dataSource: DataSource,
  where: string,
  values: unknown[],
): Promise<OpenExecution[]> {
  const rows = await dataSource.query<Record<string, unknown>[]>(
    `select ${columns} from executions e join runs r on r.id = e.run_id
     where e.state in ('accepted', 'running') and ${where} order by e.id limit 200`,
    values,
  );
  return rows.map(openExecution);
}

/**
 * Ends an execution: its row, the rest of its output, its run and the reply, in one statement and so in one transaction. Undefined where
 * the state table allows no such end from where it is now: somebody ended it before, and that end stands.
 */
export async function finish(
  dataSource: DataSource,
  open: OpenExecution,
  end: End,
  now: number,
): Promise<Ended | undefined> {
  const { from, to } = sourcesOf(end.event, end.who);
  const seq = finalSeq(open.run.reply_seq);
  const reply = await replyOf(dataSource, open, end, seq, now);
  const outbox = replyMessages(reply).map(outboxRow);
  const { blocks, text, mark } = reply;
  const rows: unknown[] = await dataSource.query(
    `with e as (
       update executions set state = $2, finished_at = to_timestamp($4 / 1000.0), exit_code = $5, outcome = $6::jsonb,
         epoch = greatest(epoch, $7), output_bytes = $8, dropped_bytes = $9, gap_before = $10
       where id = $1 and state = any($3) returning id, run_id
     ), c as (${insertChunks('e', '$11')}),
     r as (
       update runs set status = $2, code = $12, exit_code = $5, finished_at = to_timestamp($4 / 1000.0), reply = $13::jsonb, reply_seq = $14
       from e where runs.id = e.run_id
     ), message as (
       insert into outbox (id, topic, key, headers, value)
       select m.id, m.topic, m.key, m.headers, m.value from e, jsonb_populate_recordset(null::outbox, $15::jsonb) m
     )
     select id from e`,
    [
      open.id,
      to,
      from,
      now,
      end.exitCode ?? null,
      jsonb(end.end),
      end.epoch ?? 0,
      end.outputBytes,
      end.droppedBytes,
      end.gapBefore ?? null,
      chunksJson(end.chunks, end.epoch ?? 0),
      end.code ?? null,
      jsonb({ blocks, text, mark }),
      seq,
      jsonb(outbox),
    ],
  );
  if (rows.length === 0) return undefined;
  return {
    outbox,
    summary: { runId: open.run.id, executionId: open.id, status: to, exitCode: end.exitCode },
  };
}

/** Above every `running` reply, and above the final one before it: the truth that replaces a `lost` shows. */
function finalSeq(before: number): number {
  return (Math.floor(before / finalStep) + 1) * finalStep;
}
const finalStep = 1_000_000;

async function replyOf(
  dataSource: DataSource,
  open: OpenExecution,
  end: End,
  seq: number,
  now: number,
): Promise<ChatReply> {
  const { run } = open;
  const stored = open.hasOutput ? await readChunks(dataSource, open.id) : [];
  const view = renderRun({
    end: end.end,
    relay: open.relay,
    runId: run.id,
    timeoutMs: Number(open.timeout_ms),
    now,
    output: join(stored, end),
    droppedBytes: end.droppedBytes,
    gapBefore: end.gapBefore,
  });
  return {
    ...view,
    runId: run.id,
    seq,
    adapter: run.adapter,
    workspace: run.workspace ?? undefined,
    room: run.room,
    thread: run.thread ?? undefined,
    recipient: run.sender,
    inReplyTo: run.in_reply_to,
  };
}

/** Stored chunks and those that came with the end; where the end is of a later epoch, only its own. */
function join(stored: readonly (OutputChunk & { epoch: number })[], end: End): OutputChunk[] {
  const same = stored.filter((chunk) => end.epoch === undefined || chunk.epoch === end.epoch);
  return [...same, ...end.chunks];
}

function openExecution(row: Record<string, unknown>): OpenExecution {
  const { id, relay, attempt, state, timeout_ms, has_output, run_id, ...run } = row;
  return {
    id,
    relay,
    attempt,
    state,
    timeout_ms,
    hasOutput: has_output,
    run: { ...run, id: run_id },
  } as OpenExecution;
}
