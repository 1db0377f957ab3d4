import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord, Records } from '@chasqui/filters';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import { resolversOf } from '../commands/invoke.js';
import { namesInRecords, peopleNamed, roomsNamed } from '../commands/names.js';
import { executionFor, type Holdings, type Part } from '../commands/order-for.js';
import { Orders } from '../commands/orders.service.js';
import type { CommandStage, PlanStage } from '../commands/plan.js';
import type { Said } from '../commands/surroundings-of.js';
import type { ApiConfig } from '../config.js';
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
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import type { KnownRelay } from '../relays/relay-state.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { atOnce } from './after-end.js';
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
    for (const { item, record, invocation, judged } of items) {
      const part: Part = { stage: at, item, input: record };
      if (isRefusal(invocation)) {
        const waiting = executionFor(run.id, stage, part, 'waiting', now, this.config.timing);
        executions.push({ ...waiting, judged, ...refusedColumns(invocation, now) });
        continue;
      }
      const state = outbox.length < atOnce ? 'accepted' : 'waiting';
      const execution = { ...executionFor(run.id, stage, part, state, now, this.config.timing), judged };
      executions.push(execution);
      if (state === 'waiting') continue;
      const parts = { execution, stage, invocation, run, now };
      outbox.push(await this.orders.order(parts, configuration, holdings));
    }
    return { executions, outbox };
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

  /** Orders executions that waited, within a transaction; those that may not be run any more are refused. */
  async order(
    manager: EntityManager,
    run: RunRow,
    stage: CommandStage,
    ids: readonly string[],
    now: number,
  ): Promise<readonly OutboxRow[]> {
    const [rows] = await manager.query<[ExecutionRow[], number]>(
      `update executions set state = 'accepted', start_by = to_timestamp($2 / 1000.0)
       where id = any($1) and state = 'waiting' returning *`,
      [[...ids], now + this.config.timing.startWithinMs],
    );
    const records = rows.map((row) => row.input as DataRecord);
    const facts = await this.factsFor(manager, run, [stage], { records, view: { kind: 'auto' } }, now);
    const no = isRefusal(facts) ? facts : this.gone(stage, now);
    if (isRefusal(facts) || no) {
      for (const { id } of rows) await refuse(manager, id, no!, now);
      return [];
    }
    const configuration = await this.configuration.read(manager);
    const outbox: OutboxRow[] = [];
    for (const execution of rows.toSorted((a, b) => a.item - b.item)) {
      const record = execution.input as DataRecord;
      const { invocation } = itemOf(stage, execution.item, { record }, facts);
      if (isRefusal(invocation)) {
        await refuse(manager, execution.id, invocation, now);
        continue;
      }
      const parts = { execution, stage, invocation, run, now };
      outbox.push(await this.orders.order(parts, configuration, holdingsOf(facts)));
    }
    return outbox;
  }

  /** Why nothing can be ordered from a stage's relay any more: since it was chosen it was removed or disabled. */
  gone(stage: CommandStage, now: number): Refusal | undefined {
    if (this.orders.canSealFor(stage.relay)) return undefined;
    return refusal('no-relay', { selector: `name=${stage.relay}`, command: fullNameOf(stage), now });
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

async function refuse(manager: EntityManager, id: string, why: Refusal, now: number): Promise<void> {
  const { state, outcome, finished_at } = refusedColumns(why, now);
  await manager.query(
    'update executions set state = $2, outcome = $3::jsonb, finished_at = $4 where id = $1',
    [id, state, jsonb(outcome), finished_at],
  );
}
