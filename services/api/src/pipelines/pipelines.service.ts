import { isRefusal, isTerminal, refusal, type ExecutionState, type Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import type { Rendered } from '@chasqui/replies';
import type { SecretKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage } from '../commands/plan.js';
import { openPlan, planKeysOf } from '../commands/plan-secrets.js';
import type { ApiConfig } from '../config.js';
import { endRows, stepOf, type CommandEnd } from '../audit/command-end.js';
import { mostRules } from '../audit/command-entry.js';
import { entriesWritten } from '../audit/entries-written.js';
import { newId } from '../ids.js';
import { jsonb } from '../json.js';
import { CONFIG } from '../parts.js';
import type { End } from '../runs/end-of.js';
import { finalReplies } from '../runs/final-replies.js';
import { finalStep, type OpenExecution } from '../runs/open-execution.js';
import { lineToShow } from '../runs/line-to-show.js';
import { outboxRow, promise, type OutboxRow } from '../runs/outbox.service.js';
import { addressOf } from '../runs/reply-to.js';
import type { RunRow } from '../runs/run-row.js';
import { showEnd } from '../runs/show-end.js';
import { sourcesOf } from '../runs/sources-of.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { afterEnd } from './after-end.js';
import { endExecution } from './end-execution.js';
import { keptResult } from './kept-result.js';
import { nextStep } from './next-step.js';
import { showCancelled, showFailure, showResult, showStop, someFailed, withNotes } from './show-pipeline.js';
import { hasLaterStage, readStage, withOutput, type StageItem } from './read-stage.js';
import { outputOf, sizeFault } from './stage-output.js';
import { StageStarts } from './stage-starts.service.js';

/** What the end of an execution came to: messages that are promised now, and the run's status once that is over. */
export interface StageEnded {
  readonly outbox: readonly OutboxRow[];
  readonly status?: ExecutionState;
}

/** How a run of several stages ends. */
interface RunEnding {
  readonly status: ExecutionState;
  readonly code?: string;
  readonly exitCode?: number;
  readonly shown: Rendered;
  readonly result?: Records;
}

/**
 * Goes on with runs of several stages. What is to be done stands in the run's `plan`, so that whichever instance hears of a stage's end can
 * do it: in one transaction, under the run's lock, the execution ends and whatever follows from that is written down, with the orders in
 * the outbox. Nothing of a pipeline is kept in memory.
 */
@Injectable()
export class Pipelines {
  private readonly planKeys: SecretKeys;

  constructor(
    private readonly dataSource: DataSource,
    private readonly starts: StageStarts,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.planKeys = planKeysOf(secretKeysOf(config));
  }

  /** Ends an execution, and does what comes next. Undefined where it had ended before. */
  ended(
    open: OpenExecution,
    end: End,
    only: (from: ExecutionState) => boolean,
    now: number,
  ): Promise<StageEnded | undefined> {
    const { from, to } = sourcesOf(end.event, end.who);
    return this.dataSource.transaction(async (manager) => {
      const id = open.address.runId;
      const [kept] = await manager.query<[RunRow]>('select * from runs where id = $1 for update', [id]);
      const run = { ...kept, plan: openPlan(kept.plan!, id, this.planKeys) };
      if (!(await endExecution(manager, open, end, { from: from.filter(only), to }, now))) return undefined;
      // The run is over for another reason: the truth about this execution is kept, and changes nothing else.
      if (isTerminal(run.status as ExecutionState) && run.status !== 'lost') return { outbox: [] };
      // It was lost, and the run has gone on without it.
      if (await hasLaterStage(manager, id, open.stage)) return { outbox: [] };
      const cancelledBy = run.cancel_requested_by ?? undefined;
      const asked = { ...open, run: { ...open.run, cancelledBy } };
      const wentOn = await this.goOn(manager, run, asked, now);
      await promise(manager, wentOn.outbox);
      return wentOn;
    });
  }

  private async goOn(
    manager: EntityManager,
    run: RunRow,
    open: OpenExecution,
    now: number,
  ): Promise<StageEnded> {
    const stage = run.plan!.stages[open.stage] as CommandStage;
    const outbox: OutboxRow[] = [];
    for (;;) {
      const items = await readStage(manager, run.id, open.stage);
      const cancelled = run.cancel_requested_by !== null;
      const next = afterEnd(items, stage.command.onError ?? 'stop', cancelled);
      if (next.kind === 'wait') return { outbox };
      if (next.kind === 'order') {
        // Those that may not be run any more have ended with that, so look again.
        outbox.push(...(await this.starts.order(manager, run, stage, next.ids, now)));
        continue;
      }
      if (next.kind === 'failed') {
        await manager.query(
          `update executions set state = 'cancelled', finished_at = now() where run_id = $1 and state = 'waiting'`,
          [run.id],
        );
        const [failed] = await withOutput(manager, [items.find(({ id }) => id === next.id)!]);
        // Of a run that was lost, what ended since was all right, and the others were never ordered.
        if (run.status === 'lost' && failed!.outcome === null && !cancelled)
          return this.stop(manager, run, open.stage, givenUp(stage), now);
        return this.end(manager, run, this.failed(run, open, failed!, items.length, now), now);
      }
      return this.proceed(manager, run, stage, open, items, now);
    }
  }

  /** The stage is over: on with what it printed. */
  private async proceed(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    open: OpenExecution,
    items: readonly StageItem[],
    now: number,
  ): Promise<StageEnded> {
    const plan = run.plan!;
    const stop = (at: number, why: Refusal) => this.stop(manager, run, at, why, now);
    const tooMuch = sizeFault(stage, items);
    if (tooMuch) return stop(open.stage, tooMuch);
    const printed = await withOutput(manager, items);
    const output = outputOf(stage, printed);
    if (isRefusal(output)) return stop(open.stage, output);
    const facts = await this.starts.factsFor(manager, run, plan.stages.slice(open.stage + 1), output, now);
    if (isRefusal(facts)) return stop(open.stage, facts);
    const step = nextStep(plan, open.stage + 1, output, facts);
    if (step.kind === 'stop') return stop(step.stage, step.why);
    if (step.kind === 'start') {
      if (run.cancel_requested_by !== null) {
        const shown = showCancelled(plan, step.stage, run.cancel_requested_by, run.id);
        return this.end(manager, run, { status: 'cancelled', shown }, now);
      }
      // It was called lost meanwhile, and what somebody wanted then may not be what they want now.
      if (run.status === 'lost') return stop(open.stage, givenUp(stage));
      const next = plan.stages[step.stage] as CommandStage;
      const gone = this.starts.gone(next, now);
      if (gone) return stop(step.stage, gone);
      return {
        outbox: await this.starts.beginIn(manager, run, next, step.items, step.stage, facts, now),
      };
    }
    const notes = await this.notesOn(manager, run);
    const isLast = open.stage === plan.stages.length - 1 && items.length === 1;
    const result = isLast
      ? this.showAlone(open, printed[0]!, now)
      : showResult(step.result, open.run.cancelledBy);
    const shown = withNotes(result, notes);
    const status = notes.length > 0 ? 'failed' : 'succeeded';
    const code = notes.length > 0 ? 'stage-failed' : undefined;
    return this.end(manager, run, { status, code, exitCode: 0, shown, result: step.result }, now);
  }

  /** What is to be said of stages that went on although some of their items failed. */
  private async notesOn(manager: EntityManager, run: RunRow) {
    const rows = await manager.query<{ stage: number; failed: number; items: number }[]>(
      `select stage, (count(*) filter (where state <> 'succeeded'))::int as failed, count(*)::int as items
       from executions where run_id = $1 group by stage order by stage`,
      [run.id],
    );
    return rows
      .filter(({ failed }) => failed > 0)
      .map(({ stage, failed, items }) => someFailed(run.plan!.stages[stage] as CommandStage, failed, items));
  }

  private failed(run: RunRow, open: OpenExecution, failed: StageItem, items: number, now: number): RunEnding {
    const at = { stage: open.stage, item: failed.item, items };
    const shown = failed.refusal
      ? showStop(run.plan!, at, failed.refusal)
      : showFailure(run.plan!, at, this.showAlone(open, failed, now));
    return { status: failed.state, code: failed.code, exitCode: failed.exitCode, shown };
  }

  /** A last stage that ran once, and what failed, are shown as that command alone would be, by its templates. */
  private showAlone(open: OpenExecution, item: StageItem, now: number): Rendered {
    const alone = { ...open, id: item.id, relay: item.relay };
    return showEnd(alone, item.ended, item.output, now, this.config.templates);
  }

  /** It cannot go on, after some of it was run. */
  private stop(
    manager: EntityManager,
    run: RunRow,
    at: number,
    why: Refusal,
    now: number,
  ): Promise<StageEnded> {
    const shown = showStop(run.plan!, { stage: at, item: 0, items: 1 }, why);
    return this.end(manager, run, { status: 'failed', code: why.code, shown }, now);
  }

  private async end(
    manager: EntityManager,
    run: RunRow,
    { status, code, exitCode, shown, result }: RunEnding,
    now: number,
  ): Promise<StageEnded> {
    const seq = (Math.floor(run.reply_seq / finalStep) + 1) * finalStep;
    const { mark, blocks, text } = shown;
    const exit = status === 'succeeded' ? exitCode : shown.exitCode;
    const durationMs = Math.max(0, now - new Date(run.accepted_at).getTime());
    const cancelRequestedBy = run.cancel_requested_by ?? undefined;
    const audit: CommandEnd = { status, code, exitCode: exit, durationMs, cancelRequestedBy };
    await manager.query(endRun, [
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
}

/** What each execution came to stands in the audit log with the run's end, so many of them at most. */
const auditedExecutions = 200;

const audited = `select * from executions where run_id = $1 order by stage, item limit ${auditedExecutions}`;

/** The rules that were looked at as the line was decided on, and those that had to wait for what a stage before gave: each once. */
const judgedOfRun = `select coalesce(jsonb_agg(rule order by nth), '[]') from (
    select rule, min(nth) as nth from (
      select rule, nth from audit_entries f, jsonb_array_elements(f.content -> 'rules') with ordinality r (rule, nth)
      where f.kind = 'command' and f.about = $1 and f.step = 0
      union all
      select rule, (e.stage + 1) * ${mostRules + 1} + nth from (${audited}) e, jsonb_array_elements(e.judged) with ordinality r (rule, nth)
    ) judged group by rule order by min(nth) limit ${mostRules}) each_once`;

const endRun = `with ended as (
    update runs set status = $2, code = $3, exit_code = $4, finished_at = to_timestamp($5 / 1000.0), reply = $6::jsonb, reply_seq = $7,
      result = $8::json where id = $1 returning id
  ), ${entriesWritten(
    endRows(`(select $9::uuid as id, id as run_id, to_timestamp($5 / 1000.0) as at, $10::int as step, $11::jsonb || jsonb_build_object('executions', (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('stage', e.stage, 'item', e.item, 'relay', e.relay, 'status', e.state,
          'exitCode', e.exit_code, 'imageDigest', e.image_digest, 'rules', e.judged)) order by e.stage, e.item), '[]')
        from (${audited}) e), 'rules', (${judgedOfRun})) as content
      from ended) x`),
  )}
  select 1`;

function givenUp(stage: CommandStage): Refusal {
  return refusal('pipeline-given-up', { command: fullNameOf(stage) });
}
