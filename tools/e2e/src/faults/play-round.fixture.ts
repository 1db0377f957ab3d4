import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../until.fixture.js';
import { inflict, kindsOf, type Hit } from './faults.fixture.js';
import type { Member } from './member.fixture.js';
import type { PlannedFault, RoundPlan } from './plan-round.fixture.js';
import { Random } from './random.fixture.js';
import type { Step } from './steps.fixture.js';
import type { World } from './world.fixture.js';

/** What happened in a round. */
export interface Played {
  /** The ids of what was said, the wishes to cancel among it. */
  readonly said: readonly string[];
  readonly inflicted: readonly { readonly fault: PlannedFault; readonly on: string }[];
}

/** Says the lines of a round and inflicts its faults, each at its step. Then everything is made well again. */
export class Playing {
  readonly #inflicted: { fault: PlannedFault; on: string }[] = [];
  readonly #undoing: Promise<void>[] = [];
  readonly #failures: unknown[] = [];
  readonly #counts = new Map<Step, number>();
  /** Things that are harmed already: nobody is killed while he is frozen. */
  readonly #harmed = new Set<string>();
  #pending: PlannedFault[];
  readonly #random: Random;

  constructor(
    private readonly world: World,
    private readonly plan: RoundPlan,
  ) {
    this.#pending = [...plan.faults];
    this.#random = new Random(`${plan.seed} as it is played`);
  }

  /** Somebody came to a step. */
  onStep(step: Step, runId: string, doer: Member | undefined): void {
    const count = (this.#counts.get(step) ?? 0) + 1;
    this.#counts.set(step, count);
    const due = this.#pending.filter((fault) => fault.step === step && fault.count <= count);
    this.#pending = this.#pending.filter((fault) => !due.includes(fault));
    for (const fault of due) this.#begin(fault, runId, doer);
  }

  async play(): Promise<Played> {
    const { lines, everyMs } = this.plan;
    for (const line of lines) {
      this.world.room.says(line);
      await delay(everyMs);
    }
    // What waits for a step that too few commands come to, because of the others, does not happen.
    await until(() => this.#pending.length === 0, 5_000).catch(() => undefined);
    this.#pending = [];
    await Promise.all(this.#undoing);
    if (this.#failures.length > 0)
      throw new AggregateError(this.#failures, 'a fault could not be inflicted, or undone');
    await this.#healAll();
    return { said: this.world.room.newlySaid(), inflicted: this.#inflicted };
  }

  #begin(fault: PlannedFault, runId: string, doer: Member | undefined): void {
    const { world } = this;
    const kinds = kindsOf(fault.name);
    // Who comes and goes by a fault is left alone: killed, it would be there again when it is to be gone.
    const isDoer = fault.on === 'doer' && doer && world.standing.includes(doer) && kinds?.includes(doer.kind);
    const kind = fault.on === undefined || fault.on === 'doer' ? (kinds?.[0] ?? 'api') : fault.on;
    const member = isDoer ? doer : this.#random.pick(world.standing.filter((one) => one.kind === kind));
    const on = kinds ? member.name : fault.name.split(' ')[0]!;
    if (this.#harmed.has(on)) return;
    this.#harmed.add(on);
    this.#inflicted.push({ fault, on });
    this.#undoing.push(
      this.#suffer(fault, { world, member, runId, random: this.#random })
        .catch((error: unknown) => void this.#failures.push(error))
        .finally(() => this.#harmed.delete(on)),
    );
  }

  async #suffer(fault: PlannedFault, hit: Hit): Promise<void> {
    const undo = await inflict(fault.name, hit);
    await delay(fault.forMs);
    await undo();
  }

  async #healAll(): Promise<void> {
    for (const one of this.world.standing) if (!one.runs) one.start();
    await Promise.all(this.world.standing.map((one) => one.ready()));
    await this.world.online();
  }
}
