import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage } from '../commands/plan.js';
import { jsonb } from '../json.js';
import { RelayBoard } from '../relays/board.service.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import type { ExecutionRow, RunRow, WaitsFor } from '../runs/run-row.js';
import { sourcesOf } from '../runs/sources-of.js';
import { takePlaces, takeTurns } from '../waiting/queues.js';
import { standingOf } from '../waiting/standing.js';
import { givenOf, recordsIn } from './given-of.js';
import { placeAgain } from './place-again.js';
import { StageFacts } from './stage-facts.service.js';
import { StagePlaces } from './stage-places.service.js';
import { refuse, StageStarts } from './stage-starts.service.js';

/** A stage of a run, and where in its plan it stands. */
export interface StageAt {
  readonly run: RunRow;
  readonly stage: CommandStage;
  readonly at: number;
}

/** What came of a look at those that wait. */
export interface Looked {
  readonly outbox: readonly OutboxRow[];
  /** Whether any of them waits no more. */
  readonly changed: boolean;
  /** The run as it is now: with the relay, where one was found. */
  readonly run: RunRow;
}

interface Waiting extends Pick<ExecutionRow, 'id' | 'waits_for' | 'input'> {
  readonly not_before: Date | null;
  readonly give_up_at: Date | null;
}

/** Executions that wait for something else than their turn: those whose time has come are ordered, those whose time is over are given up. */
@Injectable()
export class StageWaits {
  constructor(
    private readonly starts: StageStarts,
    private readonly facts: StageFacts,
    private readonly places: StagePlaces,
    private readonly board: RelayBoard,
  ) {}

  /** Looks once, under the run's lock. */
  async look(manager: EntityManager, given: StageAt, now: number): Promise<Looked> {
    const { at } = given;
    let { run, stage } = given;
    const rows = await manager.query<Waiting[]>(
      `select id, waits_for, not_before, give_up_at, input from executions
       where run_id = $1 and stage = $2 and state = 'waiting' and waits_for <> 'turn' order by item`,
      [run.id, at],
    );
    const waitingFor = (what: WaitsFor) => rows.filter(({ waits_for }) => waits_for === what);
    const isDue = ({ not_before }: Waiting) => not_before !== null && not_before.getTime() <= now;
    const isLate = ({ give_up_at }: Waiting) => give_up_at !== null && give_up_at.getTime() <= now;
    // Whether a wave may begin hangs on those before it: that is decided where the run goes on.
    const waves = waitingFor('wave').filter(isDue);
    const due = waitingFor('retry').filter(isDue);

    const forRelay = waitingFor('relay');
    const put = forRelay.length > 0 ? await this.place(manager, given, forRelay, now) : undefined;
    if (put && !isRefusal(put)) {
      ({ run, stage } = await keepPlace(manager, given, put));
      due.push(...forRelay);
    }
    const outbox = [...(await this.starts.order(manager, run, stage, idsOf(due), now))];
    // Some relay would do, and must not be taken: that is no reason to wait for another.
    const refused = isRefusal(put) && put.code !== 'no-relay' ? forRelay : [];
    for (const { id } of refused) await refuse(manager, id, put as Refusal, now);
    const late = [
      ...(isRefusal(put) && refused.length === 0 ? forRelay : []),
      ...waitingFor('lock'),
      ...waitingFor('limit'),
    ];
    const givenUp = late.filter(isLate);
    for (const row of givenUp)
      await giveUp(manager, row.id, await this.tooLate(manager, { run, stage, at }, row, put, now), now);

    const taken = await takeTurns(manager, run.id, at, now);
    if (taken.length > 0) ({ run, stage } = await this.stillPlaced(manager, { run, stage, at }, rows, now));
    outbox.push(...(await this.starts.order(manager, run, stage, taken, now, 'taken')));
    return { run, outbox, changed: [...waves, ...due, ...refused, ...givenUp, ...taken].length > 0 };
  }

  /**
   * A relay may be away by the time that a lock is free: then another that fits is as good. Where there is none the order goes there all the
   * same, and is in time if the relay comes back soon.
   */
  private async stillPlaced(
    manager: EntityManager,
    { run, stage, at }: StageAt,
    rows: readonly Waiting[],
    now: number,
  ): Promise<{ readonly run: RunRow; readonly stage: CommandStage }> {
    if (stage.each || this.places.takesWork(stage.relay, now)) return { run, stage };
    const put = await this.place(manager, { run, stage, at }, rows, now);
    return isRefusal(put) ? { run, stage } : keepPlace(manager, { run, stage, at }, put);
  }

  /** A relay for a stage that has none yet: by the rights, the rules and the relays of now. */
  private async place(
    manager: EntityManager,
    { run, stage, at }: StageAt,
    rows: readonly Waiting[],
    now: number,
  ): Promise<Pick<CommandStage, 'relay' | 'driver'> | Refusal> {
    await takePlaces(manager, run.id, at);
    const records = rows.flatMap(({ input }) => recordsIn(givenOf(input)));
    const facts = await this.facts.factsFor(manager, run, [stage], { records, view: { kind: 'auto' } }, now);
    if (isRefusal(facts)) return facts;
    const relays = this.board.views(now);
    return placeAgain(stage, givenOf(rows[0]!.input), facts, { relays, key: run.id, now });
  }

  /** Why one is given up: what it waited for, and how that is now. */
  private async tooLate(
    manager: EntityManager,
    { run, stage }: StageAt,
    { id, waits_for }: Waiting,
    put: unknown,
    now: number,
  ): Promise<Refusal> {
    const facts = { command: fullNameOf(stage), waitedMs: this.starts.waitMs(stage, waits_for!), now };
    if (waits_for === 'relay')
      return refusal('waited-for-relay', { ...(isRefusal(put) && put.facts), ...facts });
    const standing = await standingOf(manager, run.id, now);
    const {
      waitsFor,
      key,
      most,
      holders = [],
    } = standing.find(({ executionId }) => executionId === id) ?? {};
    if (waitsFor === 'limit') return refusal('waited-for-limit', { ...facts, most });
    return refusal('waited-for-lock', { ...facts, lock: key, holders });
  }
}

function idsOf(rows: readonly Waiting[]): string[] {
  return rows.map(({ id }) => id);
}

/** Writes down where a stage runs that had no relay. */
async function keepPlace(
  manager: EntityManager,
  { run, stage, at }: StageAt,
  put: Pick<CommandStage, 'relay' | 'driver'>,
): Promise<{ readonly run: RunRow; readonly stage: CommandStage }> {
  const { relay, driver } = put;
  await manager.query(
    `update runs set relay = case when $5 then $3 else relay end,
       plan = jsonb_set(jsonb_set(plan, array['stages', $2::text, 'relay'], to_jsonb($3::text)), array['stages', $2::text, 'driver'], to_jsonb($4::text))
     where id = $1`,
    [run.id, String(at), relay, driver, at === firstCommandAt(run)],
  );
  await manager.query(
    `update executions set relay = $3 where run_id = $1 and stage = $2 and state = 'waiting' and waits_for <> 'retry'`,
    [run.id, at, relay],
  );
  const placed = { ...stage, relay, driver };
  const stages = run.plan!.stages.with(at, placed);
  return { run: { ...run, plan: { ...run.plan!, stages } }, stage: placed };
}

const { from, to } = sourcesOf('expired', 'api');

async function giveUp(
  manager: EntityManager,
  id: string,
  { code, facts }: Refusal,
  now: number,
): Promise<void> {
  await manager.query(
    `update executions set state = $2, outcome = $3::jsonb, finished_at = to_timestamp($4 / 1000.0) where id = $1 and state = any($5)`,
    [id, to, jsonb({ kind: 'refused', code, facts }), now, from],
  );
}

/** Where the command stands that a run's row names. */
function firstCommandAt({ plan }: RunRow): number {
  return plan!.stages.findIndex(({ kind }) => kind === 'command');
}
