import { isRefusal, refusal, type ExecutionState, type Refusal } from '@chasqui/contracts';
import type { Rendered } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import { isAlone, type CommandStage } from '../commands/plan.js';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import type { OpenExecution } from '../runs/open-execution.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import type { RunRow } from '../runs/run-row.js';
import { showEnd } from '../runs/show-end.js';
import { afterEnd } from './after-end.js';
import { endRun, type RunEnding } from './end-run.js';
import { FanOuts } from './fan-outs.service.js';
import { nextStep } from './next-step.js';
import { notesOn } from './notes-on.js';
import { readStage, withOutput, type StageItem } from './read-stage.js';
import { asEnded, showCancelled, showFailure, showResult, showStop, withNotes } from './show-pipeline.js';
import { StageFacts } from './stage-facts.service.js';
import { outputOf, sizeFault } from './stage-output.js';
import { StagePlaces } from './stage-places.service.js';
import { StageStarts } from './stage-starts.service.js';
import { withAttempts } from './with-attempts.js';

/** What going on came to: messages that are promised now, and the run's status once that is over. */
export interface WentOn {
  readonly outbox: readonly OutboxRow[];
  readonly status?: ExecutionState;
}

/** The next step of a run of several stages, taken under the run's lock and within its transaction. */
@Injectable()
export class PipelineSteps {
  constructor(
    private readonly starts: StageStarts,
    private readonly facts: StageFacts,
    private readonly places: StagePlaces,
    private readonly fanOuts: FanOuts,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Does what follows from where a run stands: orders what is due, begins the next stage, or ends the run. `open` is an execution of the stage it is at. */
  async goOn(
    manager: EntityManager,
    run: RunRow,
    open: OpenExecution,
    now: number,
    remark?: string,
  ): Promise<WentOn> {
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
  ): Promise<WentOn> {
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
  ): Promise<WentOn> {
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
    const facts = await this.facts.factsFor(manager, run, plan.stages.slice(open.stage + 1), output, now);
    if (isRefusal(facts)) return stop(open.stage, facts);
    const placed = this.places.withRelays(plan, open.stage + 1, facts, run.id, now);
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
      const gone = this.places.cannotBegin(next, facts, now);
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
  private stop(manager: EntityManager, run: RunRow, at: number, why: Refusal, now: number): Promise<WentOn> {
    const shown = showStop(run.plan!, { stage: at, item: 0, items: 1 }, why);
    return endRun(manager, run, { status: 'failed', code: why.code, shown }, now);
  }
}

function givenUp(stage: CommandStage): Refusal {
  return refusal('pipeline-given-up', { command: fullNameOf(stage) });
}
