import { isRefusal, isTerminal, refusal, type ExecutionState, type Refusal } from '@chasqui/contracts';
import { retrySentences, type Rendered } from '@chasqui/replies';
import type { SecretKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import { isAlone, type CommandStage } from '../commands/plan.js';
import { openPlan, planKeysOf } from '../commands/plan-secrets.js';
import type { ApiConfig } from '../config.js';
import { gatheredBy } from '../gathered-by.js';
import { CONFIG } from '../parts.js';
import type { End } from '../runs/end-of.js';
import { fromRows, type OpenExecution } from '../runs/open-execution.js';
import { promise, type OutboxRow } from '../runs/outbox.service.js';
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import { showEnd } from '../runs/show-end.js';
import { sourcesOf } from '../runs/sources-of.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { afterEnd } from './after-end.js';
import { countsForRun } from './counts-for-run.js';
import { endExecution } from './end-execution.js';
import { endRun, type RunEnding } from './end-run.js';
import { nextStep } from './next-step.js';
import { notesOn } from './notes-on.js';
import { asEnded, showCancelled, showFailure, showResult, showStop, withNotes } from './show-pipeline.js';
import { readStage, withOutput, type StageItem } from './read-stage.js';
import { outputOf, sizeFault } from './stage-output.js';
import { Retries, type TriedAgain } from './retries.service.js';
import { StageStarts } from './stage-starts.service.js';
import { FanOuts } from './fan-outs.service.js';
import { StageWaits } from './stage-waits.service.js';
import { withAttempts } from './with-attempts.js';

/** What the end of an execution came to: messages that are promised now, and the run's status once that is over. */
export interface StageEnded {
  readonly outbox: readonly OutboxRow[];
  readonly status?: ExecutionState;
  /** Another attempt at it was written down. */
  readonly again?: TriedAgain;
}

/** The same of a run that was looked at because something of it waits. */
export interface StageWoken extends StageEnded {
  /** Of its stage, the one that stands for all. */
  readonly open: OpenExecution;
}

/** An execution, and how and when it ended. */
interface Ended {
  readonly open: OpenExecution;
  readonly end: End;
  readonly now: number;
}

/**
 * Goes on with runs of several stages. What is to be done stands in the run's `plan`, so that whichever instance hears of a stage's end can
 * do it: in one transaction, under the run's lock, the execution ends and whatever follows from that is written down, with the orders in
 * the outbox. Nothing of a pipeline is kept in memory.
 */
@Injectable()
export class Pipelines {
  private readonly planKeys: SecretKeys;
  private readonly endOne = gatheredBy(
    ({ open }: Ended) => open.address.runId,
    (ends) => this.endedTogether(ends),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly starts: StageStarts,
    private readonly retries: Retries,
    private readonly waits: StageWaits,
    private readonly fanOuts: FanOuts,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.planKeys = planKeysOf(secretKeysOf(config));
  }

  /** Ends an execution, and does what comes next. Undefined where it had ended before. */
  ended(open: OpenExecution, end: End, now: number): Promise<StageEnded | undefined> {
    return this.endOne({ open, end, now });
  }

  /** The same for several of one run that end at once, as those of many relays may: what comes next is done once. */
  private endedTogether(ends: readonly Ended[]): Promise<readonly (StageEnded | undefined)[]> {
    return this.dataSource.transaction(async (manager) => {
      const id = ends[0]!.open.address.runId;
      // Executions before their run, as everybody does who changes both: so no two ever wait for one another.
      await manager.query('select from executions where id = any($1) order by id for update', [
        ends.map(({ open }) => open.id),
      ]);
      const [kept] = await manager.query<[RunRow]>('select * from runs where id = $1 for update', [id]);
      let run: RunRow = { ...kept, plan: openPlan(kept.plan!, id, this.planKeys) };
      const cancelledBy = run.cancel_requested_by ?? undefined;
      const answers: (StageEnded | undefined)[] = [];
      let last: { readonly at: number; readonly asked: OpenExecution; readonly remark?: string } | undefined;
      for (const [at, { open, end, now }] of ends.entries()) {
        const ended = await endExecution(manager, open, end, sourcesOf(end.event, end.who), now);
        answers.push(ended && { outbox: [] });
        if (!ended || !(await countsForRun(manager, run, open, ended))) continue;
        const asked = { ...open, run: { ...open.run, cancelledBy } };
        const again = await this.retries.tryAgain(manager, run, asked, end, now);
        if (again?.kind === 'again') {
          run = again.run;
          answers[at] = { outbox: again.outbox, again };
        }
        last = { at, asked, ...(again?.kind === 'not' && { remark: retrySentences.notAgain(again.why) }) };
      }
      if (!last) return answers;
      const { now } = ends[last.at]!;
      const wentOn = await this.goOn(manager, run, last.asked, now, last.remark);
      const before = answers[last.at]!;
      answers[last.at] = { ...wentOn, ...before, outbox: [...before.outbox, ...wentOn.outbox] };
      await promise(
        manager,
        answers.flatMap((one) => one?.outbox ?? []),
      );
      return answers;
    });
  }

  /**
   * Looks at a run of which something waits, and does what there is to do now: orders what is due, gives up what has waited long enough, and goes
   * on from there. Safe to ask at any time, by any number of instances; undefined where nothing changed.
   */
  wake(runId: string, now: number): Promise<StageWoken | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const found = await this.latest(manager, runId);
      if (!found || found.run.cancel_requested_by !== null) return undefined;
      const { run, last } = found;
      const stage = run.plan!.stages[last.stage] as CommandStage;
      const looked = await this.waits.look(manager, { run, stage, at: last.stage }, now);
      if (!looked.changed) return undefined;
      const open = fromRows(last, looked.run);
      const wentOn = await this.goOn(manager, looked.run, open, now);
      const outbox = [...looked.outbox, ...wentOn.outbox];
      await promise(manager, outbox);
      return { ...wentOn, open, outbox };
    });
  }

  /** Ends a run that is to be cancelled as soon as nothing of it is under way, within the transaction that cancelled what waited. */
  async cancelled(manager: EntityManager, runId: string, now: number): Promise<StageWoken | undefined> {
    const found = await this.latest(manager, runId);
    if (!found) return undefined;
    const open = fromRows(found.last, found.run);
    const wentOn = await this.goOn(manager, found.run, open, now);
    await promise(manager, wentOn.outbox);
    return { ...wentOn, open };
  }

  /** A run that goes on and is not over, under its lock, with the first execution of the stage that it is at. */
  private async latest(manager: EntityManager, runId: string) {
    const [kept] = await manager.query<RunRow[]>('select * from runs where id = $1 for update', [runId]);
    if (!kept?.plan || !kept.staged || !isOpen(kept)) return undefined;
    const [last] = await manager.query<ExecutionRow[]>(
      'select * from executions where run_id = $1 order by stage desc, item, attempt desc limit 1',
      [runId],
    );
    const run: RunRow = { ...kept, plan: openPlan(kept.plan, runId, this.planKeys) };
    return last && { run, last };
  }

  private async goOn(
    manager: EntityManager,
    run: RunRow,
    open: OpenExecution,
    now: number,
    remark?: string,
  ): Promise<StageEnded> {
    const stage = run.plan!.stages[open.stage] as CommandStage;
    if (stage.each) return this.goOnEach(manager, run, stage, open, now);
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
        const ending = this.failed(run, open, failed!, items.length, now);
        return endRun(manager, run, await withAttempts(manager, ending, failed!, remark), now);
      }
      return this.proceed(manager, run, stage, open, items, now);
    }
  }

  /** The same for a stage that runs on several relays. Where it ends the line, so does what it came to. */
  private async goOnEach(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    open: OpenExecution,
    now: number,
  ): Promise<StageEnded> {
    const { outbox, over } = await this.fanOuts.goOn(manager, run, stage, open.stage, now);
    if (!over) return { outbox };
    const isLast = open.stage === run.plan!.stages.length - 1;
    const ended =
      !isLast && this.fanOuts.goesOn(stage, over, run)
        ? await this.proceed(manager, run, stage, open, over, now)
        : await this.fanOuts.end(manager, run, stage, open, over, now);
    return { ...ended, outbox: [...outbox, ...ended.outbox] };
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
    if (isAlone(plan)) {
      const [alone] = await withOutput(manager, items);
      const shown = this.showAlone(open, alone!, now);
      const ending = { status: alone!.state, code: alone!.code, exitCode: alone!.exitCode, shown };
      return endRun(manager, run, await withAttempts(manager, ending, alone!), now);
    }
    const tooMuch = sizeFault(stage, items);
    if (tooMuch) return stop(open.stage, tooMuch);
    const printed = await withOutput(manager, items);
    const output = outputOf(stage, printed);
    if (isRefusal(output)) return stop(open.stage, output);
    const facts = await this.starts.factsFor(manager, run, plan.stages.slice(open.stage + 1), output, now);
    if (isRefusal(facts)) return stop(open.stage, facts);
    const placed = this.starts.withRelays(plan, open.stage + 1, facts, run.id, now);
    const step = nextStep(placed, open.stage + 1, output, facts);
    if (step.kind === 'stop') return stop(step.stage, step.why);
    if (step.kind === 'start') {
      if (run.cancel_requested_by !== null) {
        const shown = showCancelled(plan, step.stage, run.cancel_requested_by, run.id);
        return endRun(manager, run, { status: 'cancelled', shown }, now);
      }
      // It was called lost meanwhile, and what somebody wanted then may not be what they want now.
      if (run.status === 'lost') return stop(open.stage, givenUp(stage));
      const next = placed.stages[step.stage] as CommandStage;
      const gone = this.starts.cannotBegin(next, facts, now);
      if (gone) return stop(step.stage, gone);
      const outbox = await this.starts.beginIn(manager, run, next, step.items, step.stage, facts, now);
      if (!next.each) return { outbox };
      // It may be that none of its relays can be given it any more.
      const wentOn = await this.goOnEach(manager, run, next, { ...open, stage: step.stage }, now);
      return { ...wentOn, outbox: [...outbox, ...wentOn.outbox] };
    }
    const notes = await notesOn(manager, run);
    const isLast = open.stage === plan.stages.length - 1 && items.length === 1;
    const result = isLast
      ? this.showAlone(open, printed[0]!, now)
      : showResult(step.result, open.run.cancelledBy);
    const shown = withNotes(result, notes);
    const status = notes.length > 0 ? 'failed' : 'succeeded';
    const code = notes.length > 0 ? 'stage-failed' : undefined;
    return endRun(manager, run, { status, code, exitCode: 0, shown, result: step.result }, now);
  }

  private failed(run: RunRow, open: OpenExecution, failed: StageItem, items: number, now: number): RunEnding {
    const at = { stage: open.stage, item: failed.item, items };
    const shown = failed.refusal
      ? asEnded(showStop(run.plan!, at, failed.refusal), failed.state)
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
    return endRun(manager, run, { status: 'failed', code: why.code, shown }, now);
  }
}

function givenUp(stage: CommandStage): Refusal {
  return refusal('pipeline-given-up', { command: fullNameOf(stage) });
}

/** Of a run that was lost only what its relay says counts. */
function isOpen({ status }: RunRow): boolean {
  return !isTerminal(status as ExecutionState);
}
