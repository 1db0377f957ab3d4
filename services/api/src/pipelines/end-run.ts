import type { ExecutionState } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import type { Rendered } from '@chasqui/replies';
import type { EntityManager } from 'typeorm';
import { endRows, stepOf, type CommandEnd } from '../audit/command-end.js';
import { mostRules } from '../audit/command-entry.js';
import { entriesWritten } from '../audit/entries-written.js';
import { withMade } from '../files/with-files.js';
import { newId } from '../ids.js';
import { jsonb } from '../json.js';
import { finalReplies } from '../runs/final-replies.js';
import { lineToShow } from '../runs/line-to-show.js';
import { finalStep } from '../runs/open-execution.js';
import { outboxRow, type OutboxRow } from '../runs/outbox.service.js';
import { addressOf } from '../runs/reply-to.js';
import type { RunRow } from '../runs/run-row.js';
import { keptResult } from './kept-result.js';

/** How a run of several stages ends. */
export interface RunEnding {
  readonly status: ExecutionState;
  readonly code?: string;
  readonly exitCode?: number;
  readonly shown: Rendered;
  readonly result?: Records;
}

/** Ends a run that goes on after its executions, within a transaction: its row, the audit log, and the replies that are to be promised. */
export async function endRun(
  manager: EntityManager,
  run: RunRow,
  { status, code, exitCode, shown: said, result }: RunEnding,
  now: number,
): Promise<{ readonly outbox: readonly OutboxRow[]; readonly status: ExecutionState }> {
  const seq = (Math.floor(run.reply_seq / finalStep) + 1) * finalStep;
  const shown = await withMade(manager, run, said);
  const { mark, blocks, text } = shown;
  const exit = status === 'succeeded' ? exitCode : shown.exitCode;
  const durationMs = Math.max(0, now - new Date(run.accepted_at).getTime());
  const cancelRequestedBy = run.cancel_requested_by ?? undefined;
  const audit: CommandEnd = { status, code, exitCode: exit, durationMs, cancelRequestedBy };
  await manager.query(update, [
    run.id,
    status,
    code ?? null,
    exit ?? null,
    now,
    jsonb({ mark, blocks, text }),
    seq,
    result ? jsonb(keptResult(result)) : null,
    newId(),
    stepOf(seq),
    jsonb(audit),
  ]);
  const asked = { username: run.username ?? '', line: lineToShow(run) };
  const outbox = finalReplies(addressOf(run), run.plan!.targets, shown, seq, asked).map(outboxRow);
  return { outbox, status };
}

/** What each execution came to stands in the audit log with the run's end, so many of them at most. */
const auditedExecutions = 1_000;

const audited = `select * from executions where run_id = $1 order by stage, item, attempt limit ${auditedExecutions}`;

/** The rules that were looked at as the line was decided on, and those that had to wait for what a stage before gave: each once. */
const judgedOfRun = `select coalesce(jsonb_agg(rule order by nth), '[]') from (
    select rule, min(nth) as nth from (
      select rule, nth from audit_entries f, jsonb_array_elements(f.content -> 'rules') with ordinality r (rule, nth)
      where f.kind = 'command' and f.about = $1 and f.step = 0
      union all
      select rule, (e.stage + 1) * ${mostRules + 1} + nth from (${audited}) e, jsonb_array_elements(e.judged) with ordinality r (rule, nth)
    ) judged group by rule order by min(nth) limit ${mostRules}) each_once`;

const update = `with ended as (
    update runs set status = $2, code = $3, exit_code = $4, finished_at = to_timestamp($5 / 1000.0), reply = $6::jsonb, reply_seq = $7,
      result = $8::json where id = $1 returning id
  ), ${entriesWritten(
    endRows(`(select $9::uuid as id, id as run_id, to_timestamp($5 / 1000.0) as at, $10::int as step, $11::jsonb || jsonb_build_object('executions', (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('stage', e.stage, 'item', e.item, 'relay', e.relay, 'status', e.state,
          'attempt', case when e.attempt > 1 or e.superseded_by is not null then e.attempt end, 'exitCode', e.exit_code,
          'imageDigest', e.image_digest, 'rules', e.judged)) order by e.stage, e.item, e.attempt), '[]')
        from (${audited}) e), 'rules', (${judgedOfRun})) as content
      from ended) x`),
  )}
  select 1`;
