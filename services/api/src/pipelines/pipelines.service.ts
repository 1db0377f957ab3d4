import { isTerminal, type ExecutionState } from '@chasqui/contracts';
import { retrySentences } from '@chasqui/replies';
import type { SecretKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CommandStage } from '../commands/plan.js';
import { openPlan, planKeysOf } from '../commands/plan-secrets.js';
import type { ApiConfig } from '../config.js';
import { gatheredBy } from '../gathered-by.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { RelayChanged } from '../relays/hold-relays.js';
import type { End } from '../runs/end-of.js';
import { fromRows, type OpenExecution } from '../runs/open-execution.js';
import { promise } from '../runs/outbox.service.js';
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import { sourcesOf } from '../runs/sources-of.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { countsForRun } from './counts-for-run.js';
import { endExecution } from './end-execution.js';
import { mayTryAgain } from './may-try-again.js';
import { PipelineSteps, type WentOn } from './pipeline-steps.service.js';
import { isWaveUnderWay } from './read-members.js';
import { Retries, type TriedAgain } from './retries.service.js';
import { StageWaits } from './stage-waits.service.js';

/** What the end of an execution came to. */
export interface StageEnded extends WentOn {
  /** Another attempt at it was written down. */
  readonly again?: TriedAgain;
}

/** The same of a run that was looked at because something of it waits. */
export interface StageWoken extends StageEnded {
  /** Of its stage, the one that stands for all. */
  readonly open: OpenExecution;
}

/** What of a run every end looks at. */
type LockedRun = Pick<RunRow, 'id' | 'status' | 'cancel_requested_by'>;

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
    private readonly steps: PipelineSteps,
    private readonly retries: Retries,
    private readonly waits: StageWaits,
    private readonly board: RelayBoard,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.planKeys = planKeysOf(secretKeysOf(config));
  }

  /** Ends an execution, and does what comes next. Undefined where it had ended before. */
  ended(open: OpenExecution, end: End, now: number): Promise<StageEnded | undefined> {
    return this.endOne({ open, end, now });
  }

  /** The same for several of one run that end at once, as those of many relays may: what comes next is done once. */
  private endedTogether(ends: readonly Ended[]): Promise<readonly (StageEnded | undefined)[]> {
    return this.transaction(async (manager) => {
      const id = ends[0]!.open.address.runId;
      // Executions before their run, as everybody does who changes both: so no two ever wait for one another.
      await manager.query('select from executions where id = any($1) order by id for update', [
        ends.map(({ open }) => open.id),
      ]);
      const [locked] = await manager.query<[LockedRun]>(
        'select id, status, cancel_requested_by from runs where id = $1 for update',
        [id],
      );
      const cancelledBy = locked.cancel_requested_by ?? undefined;
      // Its plan may be large, and of many ends that come one by one nearly none needs it.
      let whole: RunRow | undefined;
      const run = async () => (whole ??= await this.read(manager, id));
      const answers: (StageEnded | undefined)[] = [];
      let last: { readonly at: number; readonly asked: OpenExecution; readonly remark?: string } | undefined;
      for (const [at, { open, end, now }] of ends.entries()) {
        const ended = await endExecution(manager, open, end, sourcesOf(end.event, end.who), now);
        answers.push(ended && { outbox: [] });
        if (!ended || !(await countsForRun(manager, locked, open, ended))) continue;
        const asked = { ...open, run: { ...open.run, cancelledBy } };
        const again = mayTryAgain(open, end)
          ? await this.retries.tryAgain(manager, await run(), asked, end, now)
          : undefined;
        if (again?.kind === 'again') {
          whole = again.run;
          answers[at] = { outbox: again.outbox, again };
        }
        last = { at, asked, ...(again?.kind === 'not' && { remark: retrySentences.notAgain(again.why) }) };
      }
      if (!last) return answers;
      const { now } = ends[last.at]!;
      const goesOn = cancelledBy !== undefined || !(await this.isInWave(manager, last.asked));
      const wentOn = goesOn
        ? await this.steps.goOn(manager, await run(), last.asked, now, last.remark)
        : { outbox: [] };
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
    return this.transaction(async (manager) => {
      const found = await this.latest(manager, runId);
      if (!found || found.run.cancel_requested_by !== null) return undefined;
      const { run, last } = found;
      const stage = run.plan!.stages[last.stage] as CommandStage;
      const looked = await this.waits.look(manager, { run, stage, at: last.stage }, now);
      if (!looked.changed) return undefined;
      const open = fromRows(last, looked.run);
      const wentOn = await this.steps.goOn(manager, looked.run, open, now);
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
    const wentOn = await this.steps.goOn(manager, found.run, open, now);
    await promise(manager, wentOn.outbox);
    return { ...wentOn, open };
  }

  /** Once more, with the relays read anew, where one of them was changed while it was decided what goes there. */
  private async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.dataSource.transaction(work);
      } catch (cause) {
        if (!(cause instanceof RelayChanged)) throw cause;
        await this.board.load();
      }
    }
  }

  /** Whether it is one of a fan-out's relays, and others of its wave are at work yet. */
  private async isInWave(
    manager: EntityManager,
    { address, plan, stage: at }: OpenExecution,
  ): Promise<boolean> {
    const stage = plan?.stages[at] as CommandStage | undefined;
    return stage?.each !== undefined && (await isWaveUnderWay(manager, address.runId, at));
  }

  private async read(manager: EntityManager, id: string): Promise<RunRow> {
    const [kept] = await manager.query<[RunRow]>('select * from runs where id = $1', [id]);
    return { ...kept, plan: openPlan(kept.plan!, id, this.planKeys) };
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
}

/** Of a run that was lost only what its relay says counts. */
function isOpen({ status }: RunRow): boolean {
  return !isTerminal(status as ExecutionState);
}
