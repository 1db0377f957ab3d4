import type { Subscription } from './transport.js';

/** One membership of a group, on its way to its place or there. */
export interface Membership {
  /** Resolves once its place is settled. */
  readonly started: Promise<void>;
  /** Whether it hears the broker. */
  connected(): boolean;
  stop(): Promise<void>;
}

/** The memberships of one transport that are not stopped. */
export class Subscriptions {
  readonly #open = new Set<Membership>();

  /** Resolves once it has started; the signal gives it up before. */
  async open(membership: Membership, signal?: AbortSignal): Promise<Subscription> {
    const stop = async () => {
      await membership.stop();
      this.#open.delete(membership);
    };
    const giveUp = () => void stop();
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#open.add(membership);
    await membership.started;
    signal?.removeEventListener('abort', giveUp);
    signal?.throwIfAborted();
    return { stop };
  }

  /** Whether all of them hear the broker. */
  connected(): boolean {
    return [...this.#open].every((membership) => membership.connected());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open].map((membership) => membership.stop()));
    this.#open.clear();
  }
}
