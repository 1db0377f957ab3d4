import type { Headers, Topic } from '@chasqui/contracts';

/** A message to be sent. Make one with `outgoing`. */
export interface Outgoing {
  /** The topic's full name without the installation's prefix: `relay.fra-1.orders`. */
  readonly topic: string;
  /** Messages of one key stay in order; those of different keys need not. */
  readonly key: string;
  readonly headers: Headers;
  /** JSON. */
  readonly value: string;
}

/** A message as it came. */
export interface Incoming extends Outgoing {
  /** 1 the first time this process tries it, one more for each time after. */
  readonly delivery: number;
  /** If this time fails too, and not because of an outage that may pass, the message is parked. */
  readonly last: boolean;
}

/** What fills the `:relay` or `:adapter` in a topic's name. */
export type TopicParams = Readonly<Record<string, string>>;

export interface NamedTopic<T = unknown> {
  readonly topic: Topic<T>;
  readonly params?: TopicParams;
}

export interface SubscriptionOptions<T = unknown> extends NamedTopic<T> {
  /** Members of one group share the messages, each group gets all of them. */
  readonly group: string;
  /** Where a group starts that has never been here; afterwards it goes on where it was. Default `beginning`. */
  readonly from?: 'beginning' | 'end';
}

/**
 * Handles one message; short by contract, and idempotent, because a process that dies gets what it had not finished again.
 * What it throws decides what follows: a retryable `Outage` brings the message back until it works, a `Park` parks it at
 * once, anything else brings it back five times in all and then parks it. Meanwhile no later message of its key passes.
 */
export type Handler<T = unknown> = (message: Incoming, value: T) => Promise<void>;

export interface Subscription {
  /** Takes nothing new, waits for the handlers that are at work, and leaves the group. */
  stop(): Promise<void>;
}

/**
 * What carries messages between processes: at least once, in order for each key, at the same time for different keys.
 * Values are checked with the topic's schema where they enter; what cannot be read or handled is parked on `dead-letters`.
 */
export interface Transport {
  /**
   * Creates the topics that are missing, with the settings in `contracts`; `dead-letters` comes along. Waits for a broker
   * that is away, saying so once, until `signal` ends it.
   */
  prepare(topics: readonly NamedTopic[], signal?: AbortSignal): Promise<void>;

  /**
   * Resolves once the broker has all of them for good. Throws `Outage('broker-unavailable')` when they could not be handed
   * over in time; some of them may have arrived even so.
   */
  publish(...messages: Outgoing[]): Promise<void>;

  /** Resolves once the group's place is settled: what is published from then on is delivered. Waits for a broker that is away, until `signal`. */
  subscribe<T>(
    subscription: SubscriptionOptions<T>,
    handler: Handler<T>,
    signal?: AbortSignal,
  ): Promise<Subscription>;

  /** Whether the broker answered lately; for health. */
  connected(): boolean;

  /** Calls this each time the broker answers again that did not: what was said meanwhile may have come too late. */
  whenBack(tell: () => void): void;

  /** Stops every subscription, sends what is being sent, and leaves nothing behind. */
  close(): Promise<void>;
}
