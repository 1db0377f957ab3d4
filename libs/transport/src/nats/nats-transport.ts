import { Outage, topics, type Topic } from '@chasqui/contracts';
import { PermissionViolationError } from '@nats-io/transport-node';
import { Contact } from '../contact.js';
import { keepTrying } from '../keep-trying.js';
import { maxMessageBytes, mustFit } from '../message-size.js';
import { topicName, topicNamed } from '../outgoing.js';
import { within } from '../pause.js';
import { Subscriptions } from '../subscriptions.js';
import { MissingTopicsLog, TopicsMissing } from '../topics-missing.js';
import { withTrace } from '../trace.js';
import { nestTransportLog, type TransportLog } from '../transport-log.js';
import type {
  Handler,
  NamedTopic,
  Outgoing,
  Subscription,
  SubscriptionOptions,
  Transport,
} from '../transport.js';
import type { NatsSettings } from './connect-nats.js';
import { natsClient, type NatsClient } from './nats-client.js';
import { NatsPublisher } from './nats-publisher.js';
import { NatsSubscription } from './nats-subscription.js';
import { NatsTail } from './nats-tail.js';
import { createStream, partitionOf, subjectOf } from './streams.js';

/** The transport over NATS JetStream; made with `connectNats`. This folder is the only place that knows its client. */
export class NatsTransport implements Transport {
  readonly #settings: NatsSettings;
  readonly #log: TransportLog;
  readonly #contact: Contact;
  readonly #prefix: string;
  readonly #missing: MissingTopicsLog;
  readonly #closing = new AbortController();
  readonly #client: Promise<NatsClient>;
  readonly #publisher: NatsPublisher;
  #mostBytes = maxMessageBytes;
  readonly #subscriptions = new Subscriptions();
  /** How many partitions the topics have that were seen to be there, by full name with the prefix. */
  readonly #partitions = new Map<string, number>();

  constructor(settings: NatsSettings) {
    this.#settings = settings;
    this.#log = settings.log ?? nestTransportLog();
    this.#contact = new Contact(this.#log);
    this.#missing = new MissingTopicsLog(this.#log);
    this.#prefix = settings.prefix ?? '';
    this.#client = natsClient(settings, this.#contact, this.#closing.signal);
    this.#client.then(
      (client) => this.#lookAtLimit(client),
      () => undefined,
    );
    const timeoutMs = settings.publishTimeoutMs ?? 15_000;
    this.#publisher = new NatsPublisher(() => this.#client, this.#contact, timeoutMs);
  }

  async prepare(wanted: readonly NamedTopic[], signal?: AbortSignal): Promise<void> {
    const until = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    const names = [...wanted, { topic: topics.deadLetters }].map(
      ({ topic, params }) => [this.#prefix + topicName(topic, params), topic] as const,
    );
    await keepTrying(() => this.#createAll(names, until), this.#contact, until);
  }

  async publish(...messages: Outgoing[]): Promise<void> {
    if (this.#closing.signal.aborted)
      throw new Outage('broker-unavailable', { retryable: false, detail: 'the transport is closed' });
    mustFit(messages, this.#mostBytes);
    await this.#prepareUnseen(messages);
    await Promise.all(messages.map((message) => this.#send(withTrace(message))));
  }

  async subscribe<T>(
    options: SubscriptionOptions<T>,
    handler: Handler<T>,
    signal?: AbortSignal,
  ): Promise<Subscription> {
    await this.prepare([options], signal);
    const name = topicName(options.topic, options.params);
    const consumer = {
      topic: options.topic,
      group: options.group,
      handler: handler as Handler,
      publish: (message: Outgoing) => this.publish(message),
      log: this.#log,
    };
    const topic = this.#prefix + name;
    const shared = { name, topic, consumer };
    const { replicas = 1 } = this.#settings;
    const client = () => this.#client;
    const subscription =
      options.from === 'end'
        ? new NatsTail(client, this.#contact, shared)
        : new NatsSubscription(client, this.#contact, {
            ...shared,
            partitions: this.#partitions.get(topic)!,
            replicas,
          });
    return this.#subscriptions.open(subscription, signal);
  }

  connected(): boolean {
    return this.#contact.good && this.#subscriptions.connected() && !this.#closing.signal.aborted;
  }

  whenBack(tell: () => void): void {
    this.#contact.whenBack(tell);
  }

  async close(): Promise<void> {
    await this.#subscriptions.stop();
    this.#closing.abort();
    await this.#publisher.close();
    await this.#client.then(
      ({ connection }) => within(connection.close(), 2_000),
      () => undefined,
    );
  }

  /** A server takes messages of 1 MiB unless it is told otherwise, and what commands print can make larger ones. */
  #lookAtLimit({ connection }: NatsClient): void {
    const most = connection.info?.max_payload ?? maxMessageBytes;
    if (most >= maxMessageBytes) return;
    this.#mostBytes = most;
    this.#log.warn({ most }, 'NATS takes only small messages; set max_payload to 2MB in its configuration');
  }

  async #send(message: Outgoing): Promise<void> {
    const name = this.#prefix + message.topic;
    const partitions = this.#partitions.get(name) ?? topicNamed(message.topic)?.partitions ?? 1;
    try {
      await this.#publisher.publish(subjectOf(name, partitionOf(message.key, partitions)), message);
    } catch (error) {
      // A stream may have been removed; the next to publish looks again.
      this.#partitions.delete(name);
      throw error;
    }
  }

  /** All that can be created; throws `TopicsMissing` where our user may not create some of them. */
  async #createAll(names: readonly (readonly [string, Topic])[], signal: AbortSignal): Promise<void> {
    const missing: string[] = [];
    for (const [name, topic] of names) {
      try {
        await this.#create(name, topic, signal);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        missing.push(name);
      }
    }
    if (missing.length === 0) return this.#missing.there(names.map(([name]) => name));
    // It answers: it is our user that may not.
    this.#contact.heard();
    const error = new TopicsMissing(missing.toSorted());
    this.#missing.missing(error);
    throw error;
  }

  async #create(name: string, topic: Topic, signal: AbortSignal): Promise<void> {
    if (this.#partitions.has(name)) return;
    const ended = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
    const client = await Promise.race([this.#client, ended]);
    this.#partitions.set(name, await createStream(client, name, topic, this.#settings.replicas ?? 1));
    this.#contact.heard();
  }

  /** A message may be first on its topic: an order for a relay that never ran. Where looking fails, sending will tell. */
  async #prepareUnseen(messages: readonly Outgoing[]): Promise<void> {
    if (!this.#contact.good) return;
    for (const { topic } of messages) {
      const found = this.#partitions.has(this.#prefix + topic) ? undefined : topicNamed(topic);
      if (found) await this.#create(this.#prefix + topic, found, this.#closing.signal).catch(() => undefined);
    }
  }
}

/** The client tells of it in an error about the request that was not let through. */
function isForbidden(error: unknown): boolean {
  return [error, (error as Error).cause].some((one) => one instanceof PermissionViolationError);
}
