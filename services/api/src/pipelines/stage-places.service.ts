import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { takesWork, type RelayState } from '@chasqui/relay-selection';
import { Inject, Injectable } from '@nestjs/common';
import { fullNameOf } from '../commands/full-name.js';
import { Orders } from '../commands/orders.service.js';
import type { CommandStage, StoredPlan } from '../commands/plan.js';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { standingOf } from '../relays/relay-state.js';
import { relayWaitMs } from '../waiting/turn-of.js';
import type { StepFacts } from './next-step.js';
import { placeAgain } from './place-again.js';

/** Where stages can begin, by how the relays stand now. */
@Injectable()
export class StagePlaces {
  constructor(
    private readonly orders: Orders,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /**
   * The plan for what comes next. A stage whose relay takes no work any more runs on another that fits; where there is none, it has none if it may
   * wait for one, and is refused by `cannotBegin` otherwise.
   */
  withRelays(plan: StoredPlan, from: number, facts: StepFacts, run: string, now: number): StoredPlan {
    const stages = plan.stages.map((stage, at) => {
      if (at < from || stage.kind !== 'command' || stage.each) return stage;
      if (stage.relay === '' || this.takesWork(stage.relay, now)) return stage;
      const elsewhere = this.elsewhere(stage, facts, run, now);
      if (!isRefusal(elsewhere)) return { ...stage, ...elsewhere };
      return relayWaitMs(stage.command, stage) === undefined ? stage : { ...stage, relay: '' };
    });
    return { ...plan, stages };
  }

  /** Why a stage cannot begin where it is to run: its relay is gone, or its operator wants it to be given nothing new. What has begun there goes on. */
  cannotBegin(stage: CommandStage, facts: StepFacts, now: number): Refusal | undefined {
    // Of a fan-out those targets are refused that are gone.
    if (stage.each) return undefined;
    const kept = this.board
      .views(now)
      .some(({ name, state }) => name === stage.relay && givenNothingNew.has(state));
    if (!kept) return this.gone(stage, now);
    const elsewhere = this.elsewhere(stage, facts, '', now);
    return isRefusal(elsewhere) ? elsewhere : undefined;
  }

  /** A relay that would do as well as the one chosen, with the driver that the plan names; with the one taken every item is judged anew. */
  private elsewhere(stage: CommandStage, facts: StepFacts, key: string, now: number) {
    const relays = this.board.views(now).map((relay) => ({
      ...relay,
      drivers: relay.drivers.filter((name) => name === stage.driver),
    }));
    return placeAgain(stage, undefined, facts, { relays, key, now });
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
}

const givenNothingNew: ReadonlySet<RelayState> = new Set(['draining', 'paused']);
