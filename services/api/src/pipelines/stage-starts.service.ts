import { isRefusal, type Refusal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { endOfWave, stageOn } from '../commands/fan-out.js';
import { executionFor, type Holdings, type Part } from '../commands/order-for.js';
import { Orders } from '../commands/orders.service.js';
import { orderedLater, type CommandStage } from '../commands/plan.js';
import { usualLockWaitMs, type ApiConfig } from '../config.js';
import { Configuration } from '../configuration/configuration.service.js';
import type { ConfigurationView } from '../configuration/configuration-view.js';
import { jsonb } from '../json.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { holdRelays } from '../relays/hold-relays.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import type { ExecutionRow, RunRow, WaitsFor } from '../runs/run-row.js';
import { firstWait, relayWaitMs, turnColumns } from '../waiting/turn-of.js';
import { atOnce } from './after-end.js';
import { dueNow } from './due-now.js';
import { givenOf, recordsIn, sharedInput } from './given-of.js';
import { itemOf, type Item, type StepFacts } from './next-step.js';
import { StageFacts } from './stage-facts.service.js';
import { StagePlaces } from './stage-places.service.js';

/** The executions and orders that a stage begins with. */
export interface StageStart {
  readonly executions: readonly ExecutionRow[];
  readonly outbox: readonly OutboxRow[];
}

/** Starts stages: makes their executions and orders. */
@Injectable()
export class StageStarts {
  constructor(
    private readonly orders: Orders,
    private readonly configuration: Configuration,
    private readonly facts: StageFacts,
    private readonly places: StagePlaces,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** A stage's executions: some ordered at once, the others waiting for their turn, those that cannot be bound refused. */
  async begin(
    run: RunRow,
    stage: CommandStage,
    items: readonly Item[],
    at: number,
    holdings: Holdings,
    configuration: ConfigurationView,
    now: number,
  ): Promise<StageStart> {
    const executions: ExecutionRow[] = [];
    const outbox: OutboxRow[] = [];
    const waitsFirst = firstWait(stage);
    let begun = 0;
    for (const { item, record, all, invocation: bound, judged } of items) {
      const its = stageOn(stage, item);
      const invocation = (stage.each && this.places.gone(its, now)) ?? bound;
      // Of a fan-out they stand once, with its first target.
      const input = record ?? (orderedLater(stage) && (!stage.each || item === 0) ? all : undefined);
      const part: Part = { stage: at, item, input };
      if (isRefusal(invocation)) {
        const waiting = executionFor(run.id, its, part, 'waiting', now, this.config.timing);
        executions.push({ ...waiting, judged, ...refusedColumns(invocation, now) });
        continue;
      }
      begun += 1;
      const isTurn = stage.each ? item < endOfWave(stage.each, 0) : begun <= atOnce;
      const state = isTurn && !waitsFirst ? 'accepted' : 'waiting';
      const execution: ExecutionRow = {
        ...executionFor(run.id, its, part, state, now, this.config.timing),
        ...(!isTurn && stage.each && { waits_for: 'wave' }),
        ...turnColumns(stage, invocation),
        ...(isTurn && waitsFirst && this.queued(stage, waitsFirst, now)),
        judged,
      };
      executions.push(execution);
      if (state === 'waiting') continue;
      const parts = { execution, stage: its, invocation, run, now };
      outbox.push(await this.orders.order(parts, configuration, holdings));
    }
    const isBegun = outbox.length > 0 || executions.some(({ waits_for }) => waits_for === 'lock');
    return { executions: isBegun ? executions : executions.map((row) => dueNow(row, now)), outbox };
  }

  /** The same for a later stage, written within a transaction. */
  async beginIn(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    items: readonly Item[],
    at: number,
    facts: StepFacts,
    now: number,
  ): Promise<readonly OutboxRow[]> {
    const configuration = await this.configuration.read(manager);
    const { executions, outbox } = await this.begin(
      run,
      stage,
      items,
      at,
      holdingsOf(facts),
      configuration,
      now,
    );
    await holdRelays(
      manager,
      this.board,
      executions.map(({ relay }) => relay),
    );
    await manager.query(
      'insert into executions select * from json_populate_recordset(null::executions, $1::json)',
      [jsonb(executions)],
    );
    return outbox;
  }

  /**
   * Orders executions that waited, within a transaction; those that may not be run any more are refused. Those that need a lock, or count under a
   * limit, begin to wait for that instead, unless they have it: `wake` orders them.
   */
  async order(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    ids: readonly string[],
    now: number,
    turn: 'needed' | 'taken' = 'needed',
  ): Promise<readonly OutboxRow[]> {
    if (turn === 'needed') await this.queue(manager, stage, ids, now);
    const [rows] = await manager.query<[ExecutionRow[], number]>(
      `update executions set state = 'accepted', waits_for = null, start_by = to_timestamp($2 / 1000.0)
       where id = any($1) and state = 'waiting' and ($3 or lock_key is null and limit_key is null) returning *`,
      [[...ids], now + this.config.timing.startWithinMs, turn === 'taken'],
    );
    if (rows.length === 0) return [];
    await holdRelays(
      manager,
      this.board,
      rows.map(({ relay }) => relay),
    );
    const shared = stage.each && stage.input === 'all' ? await sharedInput(manager, rows[0]!) : undefined;
    const givenTo = ({ input }: ExecutionRow) => shared ?? givenOf(input);
    const records = shared ? recordsIn(shared) : rows.flatMap((row) => recordsIn(givenOf(row.input)));
    const facts = await this.facts.factsFor(manager, run, [stage], { records, view: { kind: 'auto' } }, now);
    if (isRefusal(facts)) {
      for (const { id } of rows) await refuse(manager, id, facts, now);
      return [];
    }
    const configuration = await this.configuration.read(manager);
    const outbox: OutboxRow[] = [];
    for (const execution of rows.toSorted((a, b) => a.item - b.item)) {
      // Of one that is tried again this may be another relay than the stage's.
      const its = { ...stageOn(stage, execution.item), relay: execution.relay };
      const { invocation: bound } = itemOf(its, execution.item, givenTo(execution), facts);
      const invocation = this.places.gone(its, now) ?? bound;
      if (isRefusal(invocation)) {
        await refuse(manager, execution.id, invocation, now);
        continue;
      }
      const parts = { execution, stage: its, invocation, run, now };
      outbox.push(await this.orders.order(parts, configuration, holdingsOf(facts), manager));
    }
    return outbox;
  }

  /** Of these, those that need a lock or count under a limit begin to wait for it. */
  private async queue(
    manager: EntityManager,
    stage: CommandStage,
    ids: readonly string[],
    now: number,
  ): Promise<void> {
    const { waits_for, give_up_at } = this.queued(stage, 'lock', now);
    await manager.query(
      `update executions set waits_for = $2, give_up_at = $3, place = null
       where id = any($1) and state = 'waiting' and (lock_key is not null or limit_key is not null)`,
      [[...ids], waits_for, give_up_at],
    );
  }

  /** What stands in the row of an execution that begins to wait for what may never come. */
  private queued(stage: CommandStage, waitsFor: WaitsFor, now: number) {
    return { waits_for: waitsFor, give_up_at: new Date(now + this.waitMs(stage, waitsFor)).toISOString() };
  }

  /** How long an execution of a stage waits for something, in milliseconds. */
  waitMs(stage: CommandStage, waitsFor: WaitsFor): number {
    const usual = this.config.timing.lockWaitMs ?? usualLockWaitMs;
    return (waitsFor === 'relay' ? relayWaitMs(stage.command, stage) : stage.wait?.ms) ?? usual;
  }
}

function holdingsOf({ asker, where }: StepFacts): Holdings {
  return { groups: where.groups ?? [], permissions: asker.permissions };
}

function refusedColumns({ code, facts }: Refusal, now: number) {
  const outcome = { kind: 'refused', code, facts };
  return { state: 'refused', outcome, finished_at: new Date(now).toISOString() };
}

/** Ends an execution that waited and may not be run. */
export async function refuse(manager: EntityManager, id: string, why: Refusal, now: number): Promise<void> {
  const { state, outcome, finished_at } = refusedColumns(why, now);
  await manager.query(
    'update executions set state = $2, outcome = $3::jsonb, finished_at = $4 where id = $1',
    [id, state, jsonb(outcome), finished_at],
  );
}
