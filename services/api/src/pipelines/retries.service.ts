import { isRefusal, isTerminal, type ExecutionState, type Refusal } from '@chasqui/contracts';
import type { RelayView } from '@chasqui/relay-selection';
import { retrySentences, sentence, type RelayFault } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { idempotencyKeyOf } from '../commands/idempotency-key.js';
import { stageOn } from '../commands/fan-out.js';
import { firstCommand, type CommandStage } from '../commands/plan.js';
import type { ApiConfig } from '../config.js';
import { newId } from '../ids.js';
import { jsonb } from '../json.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { holdRelays } from '../relays/hold-relays.js';
import type { End } from '../runs/end-of.js';
import type { OpenExecution } from '../runs/open-execution.js';
import type { OutboxRow } from '../runs/outbox.service.js';
import { notBegun, type ExecutionRow, type RunRow } from '../runs/run-row.js';
import { givenOf, recordsIn, sharedInput } from './given-of.js';
import { isTooLate, mayTryAgain } from './may-try-again.js';
import { itemOf } from './next-step.js';
import { placeAgain } from './place-again.js';
import { relayFaultOf } from './relay-fault.js';
import { StageFacts } from './stage-facts.service.js';
import { StageStarts } from './stage-starts.service.js';

/** Another attempt was written down. */
export interface TriedAgain {
  readonly kind: 'again';
  /** The run as it is now: of several steps, and with its stage on the new relay. */
  readonly run: RunRow;
  readonly outbox: readonly OutboxRow[];
  readonly attempt: number;
  readonly from: string;
  readonly to: string;
  readonly fault: RelayFault;
}

/** Why there is none, in words. */
interface NotAgain {
  readonly kind: 'not';
  readonly why: string;
}

/** A relay and its driver. */
type Placed = Pick<CommandStage, 'relay' | 'driver'>;

/** The same relay is given so long to come to itself, in milliseconds. */
const sameRelayAfterMs = 5_000;
/** A command may take so much longer than its own time before it is called lost, in milliseconds. */
const graceMs = 120_000;

/**
 * Tries again what ended because its relay failed, where its command says that this does no harm. Each attempt is an execution of its own,
 * with the idempotency key of the first, on another relay if one fits. Rights, rules and relays are those of now.
 */
@Injectable()
export class Retries {
  constructor(
    private readonly starts: StageStarts,
    private readonly facts: StageFacts,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /**
   * Writes down another attempt after an execution that has ended in this transaction, under its run's lock. Undefined where there is no question
   * of one.
   */
  async tryAgain(
    manager: EntityManager,
    run: RunRow,
    open: OpenExecution,
    end: End,
    now: number,
  ): Promise<TriedAgain | NotAgain | undefined> {
    const fault = relayFaultOf(end.end);
    if (!fault || !mayTryAgain({ ...open, plan: run.plan! }, end)) return undefined;
    if (run.cancel_requested_by !== null || isTerminal(run.status as ExecutionState)) return undefined;
    const stage = run.plan!.stages[open.stage] as CommandStage;
    const stops = !stage.each && (stage.command.onError ?? 'stop') === 'stop';
    if (stops && (await this.othersFailed(manager, run.id, open))) return undefined;
    if (isTooLate(open, now, graceMs + this.config.timing.offlineAfterMs))
      return { kind: 'not', why: retrySentences.tooLate };
    const [before] = await manager.query<[ExecutionRow]>('select * from executions where id = $1', [open.id]);
    const place = await this.placeFor(manager, run, stage, before, fault, now);
    if (isRefusal(place)) return { kind: 'not', why: sentence(place) };
    const { relay } = place;
    const again = nextAttempt(before, relay, relay === before.relay ? now + sameRelayAfterMs : now);
    await holdRelays(manager, this.board, [relay]);
    await manager.query(
      'insert into executions select * from json_populate_recordset(null::executions, $1::json)',
      [jsonb([again])],
    );
    await manager.query('update executions set superseded_by = $2 where id = $1', [before.id, again.id]);
    const moved = await this.move(manager, run, open.stage, before.relay, place);
    const isDue = new Date(again.not_before!).getTime() <= now;
    const outbox = isDue
      ? await this.starts.order(
          manager,
          moved,
          moved.plan!.stages[open.stage] as CommandStage,
          [again.id],
          now,
        )
      : [];
    const { attempt } = again;
    return { kind: 'again', run: moved, outbox, attempt, from: before.relay, to: relay, fault };
  }

  /** Where another attempt may run, by the rights and rules of now; or why it may not. */
  private async placeFor(
    manager: EntityManager,
    run: RunRow,
    planned: CommandStage,
    before: ExecutionRow,
    fault: RelayFault,
    now: number,
  ) {
    const shared = planned.each && planned.input === 'all';
    const given = shared ? await sharedInput(manager, before) : givenOf(before.input);
    const stage = stageOn(planned, before.item);
    const records = { records: recordsIn(given), view: { kind: 'auto' as const } };
    const facts = await this.facts.factsFor(manager, run, [stage], records, now);
    if (isRefusal(facts)) return facts;
    const key = idempotencyKeyOf(before);
    const among = (relays: readonly RelayView[]) => placeAgain(stage, given, facts, { relays, key, now });
    const put = this.firstThatFits(among, before.relay, stage.each !== undefined, fault, now);
    if (isRefusal(put)) return put;
    const { invocation } = itemOf({ ...stage, ...put }, before.item, given, facts);
    return isRefusal(invocation) ? invocation : put;
  }

  /** Another relay if one fits, and the same one if none does; of a fan-out only the same, because it is for each. */
  private firstThatFits(
    among: (relays: readonly RelayView[]) => Placed | Refusal,
    failed: string,
    isFanOut: boolean,
    fault: RelayFault,
    now: number,
  ): Placed | Refusal {
    const all = this.board.views(now);
    const others = all.filter(({ name }) => name !== failed);
    const other = isFanOut ? undefined : among(others);
    if (other && !isRefusal(other)) return other;
    const isRestarted = fault === 'stopping' && this.isWanted(failed);
    const same = all
      .filter(({ name }) => name === failed)
      .map((relay) => (isRestarted ? { ...relay, state: 'online' as const } : relay));
    const own = among(same);
    return isRefusal(own) && !isFanOut ? among(all) : own;
  }

  /** Nobody keeps it from new work: then, being restarted, it takes what stands on its topic as soon as it is back. */
  private isWanted(name: string): boolean {
    const relay = this.board.get(name);
    return relay !== undefined && !relay.disabled && !relay.drain && !relay.pause;
  }

  /** From now on the run goes on after its executions, and what of the stage waits for its turn goes to the new relay, too. */
  private async move(
    manager: EntityManager,
    run: RunRow,
    at: number,
    from: string,
    to: Placed,
  ): Promise<RunRow> {
    const plan = run.plan!;
    if ((plan.stages[at] as CommandStage).each) return run;
    const stages = plan.stages.map((stage, index) => (index === at ? { ...stage, ...to } : stage));
    const isFirst = firstCommand(plan) === plan.stages[at];
    const relay = isFirst && run.relay === from ? to.relay : run.relay;
    await manager.query(
      `update runs set staged = true, relay = $2, plan = jsonb_set(jsonb_set(plan, array['stages', $3, 'relay'], to_jsonb($4::text)),
         array['stages', $3, 'driver'], to_jsonb($5::text)) where id = $1`,
      [run.id, relay, String(at), to.relay, to.driver],
    );
    await manager.query(
      `update executions set relay = $4 where run_id = $1 and stage = $2 and relay = $3 and state = 'waiting' and waits_for = 'turn'`,
      [run.id, at, from, to.relay],
    );
    return { ...run, staged: true, relay, plan: { ...plan, stages } };
  }

  /** Whether the stage has failed anyway: then it is no use. */
  private async othersFailed(manager: EntityManager, runId: string, { id, stage }: OpenExecution) {
    const rows = await manager.query<unknown[]>(
      `select from executions where run_id = $1 and stage = $2 and id <> $3 and superseded_by is null
         and state not in ('waiting', 'accepted', 'running', 'succeeded') limit 1`,
      [runId, stage, id],
    );
    return rows.length > 0;
  }
}

/** The row of another attempt: a new execution of the same, that waits until `at` (milliseconds since the epoch). */
function nextAttempt(before: ExecutionRow, relay: string, at: number): ExecutionRow {
  return {
    ...before,
    id: newId(),
    relay,
    attempt: before.attempt + 1,
    state: 'waiting',
    waits_for: 'retry',
    not_before: new Date(at).toISOString(),
    ...notBegun,
    place: null,
    give_up_at: null,
    idempotency_key: idempotencyKeyOf(before),
    superseded_by: null,
  };
}
