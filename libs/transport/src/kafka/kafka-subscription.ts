import type { Headers } from '@chasqui/contracts';
import {
  PartitionAssigners,
  type Cluster,
  type Consumer as KafkaConsumer,
  type EachBatchPayload,
  type Kafka,
  type KafkaMessage,
} from 'kafkajs';
import type { Consumer, RawMessage } from '../deliver.js';
import { Turns } from '../lanes.js';
import { pause, within } from '../pause.js';
import { Commits } from '../commits.js';
import type { Contact } from '../contact.js';
import { Membership } from './membership.js';
import { Partition } from '../partition.js';

export interface KafkaSubscriptionOptions {
  /** The topic's name, as handlers see it. */
  readonly name: string;
  /** Its name with the prefix, as the broker knows it. */
  readonly topic: string;
  readonly groupId: string;
  readonly from: 'beginning' | 'end';
  readonly consumer: Consumer;
}

/** How long a fetch waits for messages: a member says that it lives between two of them, and hears there that the group rebalances. */
const fetchMs = 500;
/** A little less, so that each fetch that brought nothing is followed by one. */
const heartbeatMs = 400;

/**
 * One membership in one consumer group. kafkajs reads; what to do with what was read, and how far it is done, is ours:
 *
 * - Messages go into lanes by key, and reading goes on while there is room, so a key that rests (because what it needs is
 *   away) holds up no other. A rebalance waits for those who are at work, so that nobody else is given the same message.
 * - Committed is what lies before the first message that is not over, shortly after it is over, and on leaving.
 * - A consumer that crashes is replaced by a new one, for ever; what was begun by then is not begun again.
 */
export class KafkaSubscription {
  readonly started: Promise<void>;
  readonly #partitions = new Map<number, Partition>();
  readonly #turns = new Turns(64);
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #left!: () => void;
  readonly #mayLeave = new Promise<void>((resolve) => (this.#left = resolve));
  #start!: () => void;
  #kafkaConsumer: KafkaConsumer | undefined;
  /** Of the consumer that is, or of the one that crashed. */
  #memberId: string | undefined;
  readonly #commits = new Commits(() => this.#commit());
  #heardAt = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly contact: Contact,
    private readonly options: KafkaSubscriptionOptions,
  ) {
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.#running = this.#run();
  }

  /** Whether the broker answered within the last ten seconds. */
  connected(): boolean {
    return Date.now() - this.#heardAt < 10_000;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#partitions.values()].map((partition) => partition.stop()));
    await within(this.#commits.stop(), 2000);
    this.#left();
    await this.#running;
    if (this.options.from === 'end') await within(this.#forgetGroup(), 1000);
    this.#start();
  }

  /** A group of one process alone is nobody's once that process has left; the broker would keep it for a week. */
  async #forgetGroup(): Promise<void> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await admin.deleteGroups([this.options.groupId]);
    } finally {
      await admin.disconnect();
    }
  }

  /** Reads until stopped, with a new consumer whenever one fails. */
  async #run(): Promise<void> {
    const { log, group } = this.options.consumer;
    const about = { topic: this.options.topic, group };
    // A coordinator that is just starting fails once or twice; that is not worth a line.
    const worthTelling = 3;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const error = await this.#consume(() => {
        if (failures >= worthTelling) log.info(about, 'reading again');
        failures = 0;
      });
      if (this.#stopping.signal.aborted) return;
      if (++failures === worthTelling)
        log.warn({ ...about, reason: error.message }, 'cannot read, trying until it goes on');
      await pause(Math.min(50 * 2 ** failures, 2000), this.#stopping.signal);
    }
  }

  /** The life of one kafkajs consumer; answers with what ended it. */
  async #consume(joined: () => void): Promise<Error> {
    let cluster!: Cluster;
    let membership!: Membership;
    const consumer = this.kafka.consumer({
      partitionAssigners: [
        (assigning) => {
          cluster = assigning.cluster;
          membership = new Membership(cluster, {
            quiet: () => Promise.all([...this.#partitions.values()].map((partition) => partition.quiet())),
            settle: () => this.#commits.now(),
            reading: this.#start,
            heartbeatMs,
          });
          return PartitionAssigners.roundRobin(assigning);
        },
      ],
      groupId: this.options.groupId,
      sessionTimeout: 6000,
      rebalanceTimeout: 60_000,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: fetchMs,
      allowAutoTopicCreation: false,
    });
    const { CRASH, REQUEST_TIMEOUT, GROUP_JOIN, HEARTBEAT, FETCH, COMMIT_OFFSETS } = consumer.events;
    const crashed = new Promise<Error>((resolve) => {
      consumer.on(CRASH, ({ payload }) => resolve(payload.error));
      // kafkajs would ask the same broker again and again, where another may lead by now.
      consumer.on(REQUEST_TIMEOUT, () => resolve(new Error('the broker takes too long to answer')));
    });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#heard();
      this.#memberId = payload.memberId;
      this.#assign(payload.memberAssignment[this.options.topic] ?? []);
      joined();
      // Where the end is, only the first fetch finds out.
      if (this.options.from === 'beginning') this.#start();
    });
    consumer.on(HEARTBEAT, () => this.#heard());
    consumer.on(FETCH, () => {
      this.#heard();
      this.#start();
    });
    consumer.on(COMMIT_OFFSETS, ({ payload }) => {
      const committed = payload.topics.flatMap(({ partitions }) => partitions);
      for (const { partition, offset } of committed)
        this.#partitions.get(Number(partition))?.ledger.committed(Number(offset));
    });
    const failed = this.#read(consumer, cluster).then(
      () => crashed,
      (error: Error) => error,
    );
    const error = await Promise.race([failed, this.#mayLeave.then(() => new Error('stopped'))]);
    this.#kafkaConsumer = undefined;
    const left = consumer.stop();
    membership.leave();
    await within(left, 3000);
    // It hangs up once the last fetch has run out. Nobody has to wait for that.
    void consumer.disconnect().catch(() => undefined);
    return error;
  }

  async #read(consumer: KafkaConsumer, cluster: Cluster): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({
      topics: [this.options.topic],
      fromBeginning: this.options.from === 'beginning',
    });
    await this.#leaveFor(this.#memberId, cluster);
    if (this.#stopping.signal.aborted) return;
    this.#kafkaConsumer = consumer;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 16,
      eachBatch: (batch) => this.#take(batch),
    });
  }

  /** A consumer that crashed is still a member, and the group would wait out its session before it gives our partitions to its successor. */
  async #leaveFor(memberId: string | undefined, cluster: Cluster): Promise<void> {
    if (!memberId) return;
    const { groupId } = this.options;
    // kafkajs has it and does not declare it.
    const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as {
      leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown>;
    };
    await coordinator.leaveGroup({ groupId, memberId }).catch(() => undefined);
    this.#memberId = undefined;
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.contact.heard();
  }

  /** The broker says which partitions are ours. What we did for others is somebody else's now. */
  #assign(assigned: readonly number[]): void {
    for (const [number, partition] of this.#partitions) {
      if (assigned.includes(number)) continue;
      this.#partitions.delete(number);
      void partition.stop();
    }
    for (const number of assigned) {
      if (this.#partitions.has(number) || this.#stopping.signal.aborted) continue;
      const over = () => this.#commits.soon();
      this.#partitions.set(number, new Partition(this.options.consumer, this.#turns, over));
    }
  }

  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const partition = this.#partitions.get(batch.partition);
    if (partition && !this.#stopping.signal.aborted) {
      for (const message of batch.messages)
        partition.take(Number(message.offset), rawMessage(this.options.name, message));
      payload.resolveOffset(batch.lastOffset());
    }
    for (;;) {
      if (this.#stopping.signal.aborted) {
        if (await within(this.#mayLeave, heartbeatMs)) return;
      } else {
        if (!partition || partition.hasRoom()) return;
        await within(partition.room(), heartbeatMs);
      }
      await payload.heartbeat();
    }
  }

  async #commit(): Promise<void> {
    const due = [...this.#partitions].flatMap(([partition, { ledger }]) => {
      const offset = ledger.due();
      return offset === undefined ? [] : [{ topic: this.options.topic, partition, offset: String(offset) }];
    });
    if (due.length > 0) await this.#kafkaConsumer?.commitOffsets(due);
  }
}

function rawMessage(topic: string, message: KafkaMessage): RawMessage {
  return {
    topic,
    key: message.key?.toString() ?? '',
    headers: headersOf(message),
    value: message.value ?? '',
  };
}

function headersOf(message: KafkaMessage): Headers {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name.toLowerCase()] = first.toString();
  }
  return headers;
}
