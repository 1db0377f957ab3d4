import type { Broker, Cluster } from 'kafkajs';
import { within } from '../pause.js';

/** What kafkajs has and does not declare. */
interface Coordinator extends Broker {
  joinGroup(request: {
    groupId: string;
    memberId: string;
  }): Promise<{ memberId: string; generationId: number }>;
  heartbeat(place: Place): Promise<unknown>;
  leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown>;
}

interface Place {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupGenerationId: number;
}

export interface MembershipOptions {
  /** Nobody is at work on what was read. */
  readonly quiet: () => Promise<unknown>;
  /** Commits what is over. */
  readonly settle: () => Promise<unknown>;
  /** Told at each fetch: where reading begins is settled by then. */
  readonly reading: () => void;
  readonly heartbeatMs: number;
}

/**
 * Stands between a kafkajs consumer and the brokers, for what kafkajs cannot be told:
 *
 * - It reads on while handlers are at work, so a group that rebalances would give what they do to somebody else. Here it joins
 *   anew only when nobody is at work and what is over is committed; until then it goes on saying that it lives.
 * - When we leave, a fetch that waits for messages ends, and a place that we are given only then is given back.
 */
export class Membership {
  readonly #wrapped = new WeakMap<Broker, Broker>();
  readonly #waiting = new Set<() => void>();
  #place: Place | undefined;
  #leaving = false;

  constructor(
    cluster: Cluster,
    private readonly options: MembershipOptions,
  ) {
    const findBroker = cluster.findBroker.bind(cluster);
    // Coordinators are found with this too.
    cluster.findBroker = async (node) => this.#wrap((await findBroker(node)) as Coordinator);
  }

  /** Ends what waits for messages. */
  leave(): void {
    this.#leaving = true;
    for (const end of this.#waiting) end();
  }

  #wrap(broker: Coordinator): Broker {
    const known = this.#wrapped.get(broker);
    if (known) return known;
    const wrapped = Object.assign(Object.create(broker) as Coordinator, {
      fetch: (request: Parameters<Broker['fetch']>[0]) => this.#fetch(broker, request),
      joinGroup: (request: Parameters<Coordinator['joinGroup']>[0]) => this.#join(broker, request),
    });
    this.#wrapped.set(broker, wrapped);
    return wrapped;
  }

  #fetch(broker: Broker, request: Parameters<Broker['fetch']>[0]): Promise<unknown> {
    this.options.reading();
    if (this.#leaving) return Promise.resolve({ responses: [] });
    return new Promise((resolve, reject) => {
      const end = () => resolve({ responses: [] });
      this.#waiting.add(end);
      broker
        .fetch(request)
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(end));
    });
  }

  async #join(coordinator: Coordinator, request: { groupId: string; memberId: string }) {
    if (this.#place) await this.#finish(coordinator, this.#place);
    const answer = await coordinator.joinGroup(request);
    const { groupId } = request;
    const { memberId, generationId: groupGenerationId } = answer;
    if (this.#leaving) {
      await coordinator.leaveGroup({ groupId, memberId });
      throw new Error('we left while we joined');
    }
    this.#place = { groupId, memberId, groupGenerationId };
    return answer;
  }

  async #finish(coordinator: Coordinator, place: Place): Promise<void> {
    this.#place = undefined;
    const quiet = this.options.quiet();
    while (!(await within(quiet, this.options.heartbeatMs))) {
      try {
        await coordinator.heartbeat(place);
      } catch (error) {
        // Any other: we are not a member any more, and somebody else has what was ours.
        if ((error as { type?: string }).type !== 'REBALANCE_IN_PROGRESS') return;
      }
    }
    await within(this.options.settle(), 2000);
  }
}
