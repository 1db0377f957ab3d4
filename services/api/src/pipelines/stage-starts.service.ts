import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { takesWork, type RelayState } from '@chasqui/relay-selection';
import type { Records } from '@chasqui/filters';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import { resolversOf } from '../commands/invoke.js';
import { namesInRecords, peopleNamed, roomsNamed } from '../commands/names.js';
import { stageOn, waveOf } from '../commands/fan-out.js';
import { executionFor, type Holdings, type Part } from '../commands/order-for.js';
import { Orders } from '../commands/orders.service.js';
import { orderedLater, type CommandStage, type PlanStage, type StoredPlan } from '../commands/plan.js';
import type { Said } from '../commands/surroundings-of.js';
import { usualLockWaitMs, type ApiConfig } from '../config.js';
import { Configuration } from '../configuration/configuration.service.js';
import { channelKey } from '../configuration/channel-key.js';
import type { ConfigurationView } from '../configuration/configuration-view.js';
import { jsonb } from '../json.js';
import { CONFIG } from '../parts.js';
import { cutToScopes } from '../people/credentials.js';
import { readAsker } from '../people/who-sql.js';
import { RelayBoard } from '../relays/board.service.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import { httpAdapter } from '../runs/reply-to.js';
import type { ExecutionRow, RunRow, WaitsFor } from '../runs/run-row.js';
import { standingOf, type KnownRelay } from '../relays/relay-state.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { firstWait, relayWaitMs, turnColumns } from '../waiting/turn-of.js';
import { atOnce } from './after-end.js';
import { dueNow } from './due-now.js';
import { givenOf, recordsIn, sharedInput } from './given-of.js';
import { placeElsewhere } from './place-elsewhere.js';
import { itemOf, type Item, type StepFacts } from './next-step.js';

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
    private readonly policies: SitePolicies,
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
      const invocation = (stage.each && this.gone(its, now)) ?? bound;
      // Of a fan-out they stand once, with its first target.
      const input = record ?? (orderedLater(stage) && (!stage.each || item === 0) ? all : undefined);
      const part: Part = { stage: at, item, input };
      if (isRefusal(invocation)) {
        const waiting = executionFor(run.id, its, part, 'waiting', now, this.config.timing);
        executions.push({ ...waiting, judged, ...refusedColumns(invocation, now) });
        continue;
      }
      begun += 1;
      const isTurn = stage.each ? waveOf(stage.each, item) === 0 : begun <= atOnce;
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
    const shared = stage.each && stage.input === 'all' ? await sharedInput(manager, rows[0]!) : undefined;
    const givenTo = ({ input }: ExecutionRow) => shared ?? givenOf(input);
    const records = shared ? recordsIn(shared) : rows.flatMap((row) => recordsIn(givenOf(row.input)));
    const facts = await this.factsFor(manager, run, [stage], { records, view: { kind: 'auto' } }, now);
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
      const invocation = this.gone(its, now) ?? bound;
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

  /**
   * The plan for what comes next. A stage whose relay takes no work any more runs on another that fits; where there is none, it has none if it may
   * wait for one, and is refused by `cannotBegin` otherwise.
   */
  withRelays(plan: StoredPlan, from: number, facts: StepFacts, run: string, now: number): StoredPlan {
    const stages = plan.stages.map((stage, at) => {
      if (at < from || stage.kind !== 'command' || stage.each) return stage;
      if (stage.relay === '' || this.takesWork(stage.relay, now)) return stage;
      const elsewhere = placeElsewhere(stage, facts, { relays: this.board.views(now), key: run, now });
      if (!isRefusal(elsewhere)) return { ...stage, relay: elsewhere };
      return relayWaitMs(stage.command, stage) === undefined ? stage : { ...stage, relay: '' };
    });
    return { ...plan, stages };
  }

  /** Why a stage cannot begin where it is to run: its relay is gone, or its operator wants it to be given nothing new. What has begun there goes on. */
  cannotBegin(stage: CommandStage, facts: StepFacts, now: number): Refusal | undefined {
    // Of a fan-out those targets are refused that are gone.
    if (stage.each) return undefined;
    const relays = this.board.views(now);
    const kept = relays.some(({ name, state }) => name === stage.relay && keptFromWork.has(state));
    if (!kept) return this.gone(stage, now);
    const elsewhere = placeElsewhere(stage, facts, { relays, key: '', now });
    return isRefusal(elsewhere) ? elsewhere : undefined;
  }

  /** Whether a relay can be given something now. */
  takesWork(name: string, now: number): boolean {
    return this.board.views(now).some((relay) => relay.name === name && takesWork(relay));
  }

  /**
   * Why nothing can be ordered from a stage's relay any more: since it was chosen it was removed or disabled. Nor is it from one that takes
   * no work now where the stage has one execution for each relay, and so can run nowhere else.
   */
  gone(stage: CommandStage, now: number): Refusal | undefined {
    if (stage.relay === '') return undefined;
    const facts = { selector: `name=${stage.relay}`, command: fullNameOf(stage), now };
    if (!this.orders.canSealFor(stage.relay)) return refusal('no-relay', facts);
    const known = stage.each && this.board.get(stage.relay);
    const how = known && standingOf(known, this.config.timing, now);
    if (!how || how.state === 'online' || how.state === 'suspect') return undefined;
    return refusal('no-relay', { ...facts, unavailable: [{ relay: stage.relay, ...how }] });
  }

  /** What holds now for whoever asked: a right that was taken away since is gone for what has not started, and a site rule that was added counts. */
  async factsFor(
    manager: EntityManager,
    run: RunRow,
    stages: readonly PlanStage[],
    { records }: Records,
    now: number,
  ): Promise<StepFacts | Refusal> {
    const key = { adapter: httpAdapter, senderId: run.user_id ?? '', trusted: false };
    const known = await readAsker(manager, key);
    const asker = known && cutToScopes(known, run.scopes ?? undefined);
    if (!asker?.active) return refusal('inactive-person', { username: run.username });
    const place = { adapter: run.adapter, workspace: run.workspace };
    const names = namesInRecords(stages, records);
    const people = await peopleNamed(manager, names, place);
    const rooms = await roomsNamed(manager, names, place);
    const policy = await this.policies.read(manager);
    return {
      asker: {
        permissions: new Set(asker.permissions),
        scoped: asker.scoped,
        ...(asker.withheld && { withheld: asker.withheld }),
      },
      where: { ...(run.plan?.said ?? saidBy(run)), groups: asker.groups, now },
      policy,
      relayNamed: (name) => asCounted(this.board.get(name), policy),
      resolve: resolversOf({ people, rooms }),
    };
  }
}

const keptFromWork: ReadonlySet<RelayState> = new Set(['draining', 'paused']);

function holdingsOf({ asker, where }: StepFacts): Holdings {
  return { groups: where.groups ?? [], permissions: asker.permissions };
}

function asCounted(relay: KnownRelay | undefined, policy: SitePolicy): KnownRelay | undefined {
  return relay && policy.asCounted(relay);
}

/** Where a run's line was said, as far as its row tells. */
function saidBy({ adapter, workspace, room, room_name }: RunRow): Said {
  const channel = channelKey({ adapter, workspace: workspace ?? undefined, room });
  return { adapter, channel, ...(room_name !== null && { channelName: room_name }) };
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
