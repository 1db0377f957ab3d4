import { Outage, topics, type Topic } from '@chasqui/contracts';
import type { Kafka } from 'kafkajs';
import { keepTrying } from '../keep-trying.js';
import { mustFit } from '../message-size.js';
import { topicName, topicNamed } from '../outgoing.js';
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
import type { KafkaSettings } from './connect-kafka.js';
import { Contact } from '../contact.js';
import { createTopics } from './create-topics.js';
import { kafkaClient } from './kafka-client.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { Publisher } from './publisher.js';

/** The transport over Kafka; made with `connectKafka`. This folder is the only place that knows kafkajs. */
export class KafkaTransport implements Transport {
  readonly #contact: Contact;
  readonly #publishing: Kafka;
  readonly #consuming: Kafka;
  readonly #log: TransportLog;
  readonly #prefix: string;
  readonly #publisher: Publisher;
  readonly #subscriptions = new Subscriptions();
  /** Topics that were seen to be there, with their prefix. */
  readonly #prepared = new Set<string>();
  readonly #missing: MissingTopicsLog;
  readonly #replicas: number | undefined;
  #preparing: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(settings: KafkaSettings) {
    this.#log = settings.log ?? nestTransportLog();
    this.#contact = new Contact(this.#log);
    this.#publishing = kafkaClient(settings, 'publishing', this.#log, this.#contact);
    this.#consuming = kafkaClient(settings, 'consuming', this.#log, this.#contact);
    this.#prefix = settings.prefix ?? '';
    this.#missing = new MissingTopicsLog(this.#log);
    this.#replicas = settings.replicas;
    this.#publisher = new Publisher(this.#publishing, this.#contact, settings.publishTimeoutMs ?? 15_000);
  }

  async prepare(wanted: readonly NamedTopic[], signal?: AbortSignal): Promise<void> {
    const names = [...wanted, { topic: topics.deadLetters }].map(
      ({ topic, params }) => [this.#prefix + topicName(topic, params), topic] as const,
    );
    const until = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    await keepTrying(() => this.#create(new Map(names)), this.#contact, until);
  }

  async publish(...messages: Outgoing[]): Promise<void> {
    if (this.#closing.signal.aborted)
      throw new Outage('broker-unavailable', { retryable: false, detail: 'the transport is closed' });
    if (messages.length === 0) return;
    mustFit(messages);
    await this.#prepareUnseen(messages);
    const prefixed = messages
      .map(withTrace)
      .map((message) => ({ ...message, topic: this.#prefix + message.topic }));
    try {
      await this.#publisher.publish(prefixed);
    } catch (error) {
      // A topic may have been removed; the next to publish looks again.
      for (const { topic } of prefixed) this.#prepared.delete(topic);
      throw error;
    }
  }

  async subscribe<T>(
    options: SubscriptionOptions<T>,
    handler: Handler<T>,
    signal?: AbortSignal,
  ): Promise<Subscription> {
    await this.prepare([options], signal);
    const name = topicName(options.topic, options.params);
    const subscription = new KafkaSubscription(this.#consuming, this.#contact, {
      name,
      topic: this.#prefix + name,
      groupId: `${this.#prefix}${options.group}.${name}`,
      from: options.from ?? 'beginning',
      consumer: {
        topic: options.topic,
        group: options.group,
        handler: handler as Handler,
        publish: (message) => this.publish(message),
        log: this.#log,
      },
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
    this.#closing.abort();
    await this.#subscriptions.stop();
    await this.#publisher.close();
  }

  async #create(wanted: ReadonlyMap<string, Topic>): Promise<void> {
    const unseen = new Map([...wanted].filter(([name]) => !this.#prepared.has(name)));
    if (unseen.size === 0) return;
    try {
      await createTopics(this.#publishing, unseen, this.#replicas);
    } catch (error) {
      if (error instanceof TopicsMissing) {
        // It answers: it is our user that may not.
        this.#contact.heard();
        this.#missing.missing(error);
      }
      throw error;
    }
    this.#contact.heard();
    this.#missing.there(unseen.keys());
    for (const name of unseen.keys()) this.#prepared.add(name);
  }

  /**
   * A message may be first on its topic: an order for a relay that never ran. Tried once; where it fails, because the
   * broker is away or because we may not create topics, sending will tell. What is published meanwhile waits its turn.
   */
  #prepareUnseen(messages: readonly Outgoing[]): Promise<void> | undefined {
    const unseen = new Map<string, Topic>();
    for (const { topic } of messages) {
      const found = this.#prepared.has(this.#prefix + topic) ? undefined : topicNamed(topic);
      if (found) unseen.set(this.#prefix + topic, found);
    }
    if ((unseen.size === 0 || this.#contact.lost) && !this.#preparing) return undefined;
    const preparing = (this.#preparing ?? Promise.resolve())
      .then(() => (this.#contact.lost ? undefined : this.#create(unseen)))
      .catch(() => undefined)
      .finally(() => {
        if (this.#preparing === preparing) this.#preparing = undefined;
      });
    this.#preparing = preparing;
    return preparing;
  }
}
