import { Outage, type Topic } from '@chasqui/contracts';
import { topicName } from '../outgoing.js';
import type { RawMessage } from '../deliver.js';
import { withTrace } from '../trace.js';
import { nestTransportLog, type TransportLog } from '../transport-log.js';
import type { Handler, Outgoing, Subscription, SubscriptionOptions, Transport } from '../transport.js';
import { MemoryGroup } from './memory-group.js';

/** How many messages of a topic a group that comes later still finds, where others have them already and where nobody has. */
const kept = { heard: 100, unheard: 10_000 };

interface MemoryTopic {
  readonly recent: RawMessage[];
  readonly groups: Map<string, MemoryGroup>;
}

/**
 * The transport of one process: solo mode, and every test that needs no broker. Handlers never run inside `publish`, and
 * messages are as durable as the process: what it does not finish, it takes with it.
 */
export class MemoryTransport implements Transport {
  readonly #topics = new Map<string, MemoryTopic>();
  readonly #log: TransportLog;
  #open = true;

  constructor(settings: { log?: TransportLog } = {}) {
    this.#log = settings.log ?? nestTransportLog();
  }

  async prepare(): Promise<void> {}

  async publish(...messages: Outgoing[]): Promise<void> {
    if (!this.#open)
      throw new Outage('broker-unavailable', { retryable: false, detail: 'the transport is closed' });
    for (const message of messages.map(withTrace)) {
      const topic = this.#topic(message.topic);
      topic.recent.push(message);
      if (topic.recent.length > (topic.groups.size > 0 ? kept.heard : kept.unheard)) topic.recent.shift();
      for (const group of topic.groups.values()) group.take(message);
    }
  }

  async subscribe<T>(options: SubscriptionOptions<T>, handler: Handler<T>): Promise<Subscription> {
    const name = topicName(options.topic, options.params);
    const groups = this.#topic(name).groups;
    const group = groups.get(options.group) ?? this.#newGroup(options.topic, name, options);
    const stop = await group.join(handler as Handler);
    // A group that starts at the end is nobody's once its last member has left.
    return {
      stop: async () => void ((await stop()) && options.from === 'end' && groups.delete(options.group)),
    };
  }

  connected(): boolean {
    return this.#open;
  }

  /** It is never away. */
  whenBack(_tell: () => void): void {}

  async close(): Promise<void> {
    this.#open = false;
    const groups = [...this.#topics.values()].flatMap((topic) => [...topic.groups.values()]);
    await Promise.all(groups.map((group) => group.close()));
    this.#topics.clear();
  }

  #newGroup(topic: Topic, name: string, options: SubscriptionOptions): MemoryGroup {
    const publish = (message: Outgoing) => this.publish(message);
    const group = new MemoryGroup({ topic, group: options.group, publish, log: this.#log });
    const { recent, groups } = this.#topic(name);
    groups.set(options.group, group);
    if (options.from !== 'end') for (const message of recent) group.take(message);
    return group;
  }

  #topic(name: string): MemoryTopic {
    const topic = this.#topics.get(name) ?? { recent: [], groups: new Map<string, MemoryGroup>() };
    this.#topics.set(name, topic);
    return topic;
  }
}
