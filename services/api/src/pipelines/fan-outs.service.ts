import { isRefusal, type ExecutionState } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CommandStage } from '../commands/plan.js';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import type { OpenExecution } from '../runs/open-execution.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import type { RunRow } from '../runs/run-row.js';
import { showEnd } from '../runs/show-end.js';
import { sourcesOf } from '../runs/sources-of.js';
import { afterWave } from './after-wave.js';
import { endRun, type RunEnding } from './end-run.js';
import { readStage, withOutput, type StageItem } from './read-stage.js';
import { readMembers } from './read-members.js';
import { readTargets } from './read-targets.js';
import { showFanOut, type FanOutOver } from './show-fan-out.js';
import { showFailure } from './show-pipeline.js';
import { outputOf, sizeFault, standardOutput } from './stage-output.js';
import { StageStarts } from './stage-starts.service.js';

/** What came of a look at a fan-out: orders that are promised now, and its executions once all of them have ended. */
export interface FanOutLooked {
  readonly outbox: readonly OutboxRow[];
  readonly over?: readonly StageItem[];
}

/** Goes on with stages that run on several relays, wave by wave, and tells what they came to. Under the run's lock, in its transaction. */
@Injectable()
export class FanOuts {
  constructor(
    private readonly starts: StageStarts,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Does what there is to do now: orders the next wave, lets it wait for its time, or leaves off because too many failed. */
  async goOn(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    at: number,
    now: number,
  ): Promise<FanOutLooked> {
    const outbox: OutboxRow[] = [];
    for (;;) {
      const members = await readMembers(manager, run.id, at);
      const next = afterWave(members, stage.each!, now, run.cancel_requested_by !== null);
      switch (next.kind) {
        case 'wait':
          return { outbox };
        case 'over':
          return { outbox, over: await readStage(manager, run.id, at) };
        case 'pause':
          await beginAt(manager, next.ids, next.until);
          return { outbox };
        case 'order':
          // Those that may not be run any more have ended with that, so look again.
          outbox.push(...(await this.starts.order(manager, run, stage, next.ids, now)));
          break;
        case 'stop':
          await neverStart(manager, next.ids, now);
      }
    }
  }

  /** Whether the line goes on behind it: with what those say that did well, unless more failed than may. */
  goesOn({ each }: CommandStage, items: readonly StageItem[], run: RunRow): boolean {
    const failed = items.filter(({ state }) => state !== 'succeeded').length;
    return run.cancel_requested_by === null && failed < items.length && failed <= each!.maxFailures;
  }

  /** Ends a run with it, with what came before it and was to come behind. */
  async end(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    open: OpenExecution,
    items: readonly StageItem[],
    now: number,
  ): Promise<{ readonly outbox: readonly OutboxRow[]; readonly status?: ExecutionState }> {
    const ending = await this.ending(manager, open, stage, items, now);
    if (open.stage === run.plan!.stages.length - 1) return endRun(manager, run, ending, now);
    const shown = showFailure(run.plan!, { stage: open.stage, item: 0, items: 1 }, ending.shown);
    return endRun(manager, run, { ...ending, shown }, now);
  }

  private async ending(
    manager: EntityManager,
    open: OpenExecution,
    stage: CommandStage,
    items: readonly StageItem[],
    now: number,
  ): Promise<RunEnding> {
    const { runId } = open.address;
    const targets = await readTargets(manager, runId, open.stage, now);
    const tooMuch = sizeFault(stage, items);
    const printed = tooMuch ? [] : await withOutput(manager, items);
    const records = tooMuch ?? outputOf(stage, printed);
    const status = statusOf(items, open.run.cancelledBy);
    const shown = showFanOut({
      stage,
      runId,
      targets,
      now,
      status,
      cancelledBy: open.run.cancelledBy,
      records,
      printed: printed.map((item) => ({
        relay: item.relay,
        shown: showEnd(
          { ...open, id: item.id, relay: item.relay },
          item.ended,
          item.output,
          now,
          this.config.templates,
        ),
        more: this.saysMore(stage, item),
      })),
    });
    const result = isRefusal(records) ? undefined : records;
    if (status === 'succeeded') return { status, exitCode: 0, shown, result };
    return { status, ...(status === 'failed' && { code: 'targets-failed' }), shown, result };
  }

  /** Whether what a relay printed is more than its row tells, and is not among the records. */
  private saysMore({ command, bundle }: CommandStage, { state, output }: StageItem): boolean {
    if (output.length === 0) return false;
    const isGood = state === 'succeeded';
    if (isGood && command.output !== 'text') return false;
    if (isGood && (command.templates ?? bundle.templates ?? this.config.templates)) return true;
    const text = standardOutput(output.map((chunk) => ({ ...chunk, stream: 'stdout' as const })));
    return text === undefined || text.trim().includes('\n');
  }
}

/** All that ended well, or the worst of what did not: lost before all others, because that is not over yet. */
function statusOf(items: readonly StageItem[], cancelledBy: string | undefined): FanOutOver['status'] {
  const is = (one: ExecutionState) => items.some(({ state }) => state === one);
  if (is('lost')) return 'lost';
  if (cancelledBy !== undefined && is('cancelled')) return 'cancelled';
  return items.every(({ state }) => state === 'succeeded') ? 'succeeded' : 'failed';
}

async function beginAt(manager: EntityManager, ids: readonly string[], at: number): Promise<void> {
  await manager.query(
    `update executions set not_before = to_timestamp($2 / 1000.0) where id = any($1) and state = 'waiting'`,
    [[...ids], at],
  );
}

const { from, to } = sourcesOf('cancelled', 'api');

async function neverStart(manager: EntityManager, ids: readonly string[], now: number): Promise<void> {
  await manager.query(
    `update executions set state = $2, finished_at = to_timestamp($3 / 1000.0)
     where id = any($1) and state = 'waiting' and state = any($4)`,
    [[...ids], to, now, from],
  );
}
