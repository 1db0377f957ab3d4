import { Outage } from '@chasqui/contracts';
import type { Kafka, Message, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { pause, within } from '../pause.js';
import type { Outgoing } from '../transport.js';
import type { Contact } from '../contact.js';
import { forgotten, noting } from './sent-partitions.js';

/** One call of `publish`; its messages go together. Topics carry their prefix already. */
interface Parcel {
  readonly messages: readonly Outgoing[];
  readonly bytes: number;
  /** When to stop trying, in milliseconds since the epoch. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface OpenProducer {
  readonly producer: Producer;
  readonly dropped: AbortController;
  /** Who sends now is told here that a broker hangs. */
  hangs: (error: Hung) => void;
}

/** A broker takes what we send and does not answer: kafkajs would send it there again and again, where another may lead by now. */
class Hung extends Error {
  override readonly message = 'the broker takes too long to answer';
}

/** Less than `max.message.bytes`, which Kafka applies to what is sent to one partition at once. */
const maxBatchBytes = 1024 * 1024;

/**
 * Sends one batch after another: what is published while one is on its way goes together in the next, so that a quiet
 * moment costs no waiting and a busy one few requests.
 *
 * A batch is tried again exactly as it was, because the broker recognises a repetition by its sequence numbers; where a
 * batch is given up or taken apart, a new producer (and so new numbers) takes over, or else the broker could take another
 * message for a repetition and drop it.
 */
export class Publisher {
  readonly #queue: Parcel[] = [];
  readonly #closing = new AbortController();
  #producer: OpenProducer | undefined;
  #working: Promise<void> | undefined;
  /** Where the messages went that are on their way. */
  readonly #partitions = new WeakMap<Message, number>();

  constructor(
    private readonly kafka: Kafka,
    private readonly contact: Contact,
    private readonly timeoutMs: number,
  ) {}

  publish(messages: readonly Outgoing[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = messages.reduce((sum, message) => sum + bytesOf(message), 0);
      this.#queue.push({ messages, bytes, until: Date.now() + this.timeoutMs, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Sends what is waiting, without trying again, and lets go of the broker. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
    await this.#dropProducer();
  }

  async #work(): Promise<void> {
    // What is published in the same turn goes along.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#send(this.#next());
    this.#working = undefined;
  }

  #next(): Parcel[] {
    let bytes = 0;
    const fits = this.#queue.findIndex((parcel) => (bytes += parcel.bytes) > maxBatchBytes);
    return this.#queue.splice(0, fits === -1 ? this.#queue.length : Math.max(fits, 1));
  }

  async #send(parcels: readonly Parcel[]): Promise<void> {
    let batch = byTopic(parcels);
    const until = Math.min(...parcels.map((parcel) => parcel.until));
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 1000)) {
      try {
        const answer = await sendOnce(await this.#ready(), batch);
        this.contact.heard();
        batch = forgotten(batch, answer, this.#partitions);
        if (batch.length > 0) continue;
        for (const parcel of parcels) parcel.resolve();
        return;
      } catch (error) {
        const passing = mayPass(error);
        if (passing) this.contact.failed((error as Error).message);
        if (isOfProducer(error) || error instanceof Hung) await this.#dropProducer();
        if (passing && Date.now() < until && (await pause(waitMs, this.#closing.signal))) continue;
        await this.#dropProducer();
        // One parcel that the broker will not have must not take the others with it.
        if (!passing && parcels.length > 1) return this.#sendEach(parcels);
        for (const parcel of parcels) parcel.reject(unavailable(error));
        return;
      }
    }
  }

  async #sendEach(parcels: readonly Parcel[]): Promise<void> {
    for (const parcel of parcels) await this.#send([parcel]);
  }

  async #ready(): Promise<OpenProducer> {
    if (this.#producer) return this.#producer;
    const dropped = new AbortController();
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Without a number it would try for ever, and nobody be told that it does.
      retry: { retries: 5 },
      createPartitioner: noting(this.#partitions, dropped.signal),
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
    const open: OpenProducer = { producer, dropped, hangs: () => undefined };
    producer.on(producer.events.REQUEST_TIMEOUT, () => open.hangs(new Hung()));
    return (this.#producer = open);
  }

  async #dropProducer(): Promise<void> {
    const open = this.#producer;
    this.#producer = undefined;
    if (!open) return;
    open.dropped.abort();
    // It waits for what a broker that hangs will never answer.
    await within(open.producer.disconnect(), 1000);
  }
}

/** Throws `Hung` as soon as a broker does not answer; what kafkajs goes on with then nobody waits for. */
function sendOnce(open: OpenProducer, topicMessages: TopicMessages[]): Promise<RecordMetadata[]> {
  return new Promise((resolve, reject) => {
    open.hangs = reject;
    open.producer.sendBatch({ acks: -1, topicMessages }).then(resolve, reject);
  });
}

function byTopic(parcels: readonly Parcel[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers } of parcels.flatMap((parcel) => parcel.messages)) {
    const of = topics.get(topic) ?? { topic, messages: [] };
    topics.set(topic, of);
    of.messages.push({ key, value, headers });
  }
  return [...topics.values()];
}

function bytesOf(message: Outgoing): number {
  return Buffer.byteLength(message.value) + 200;
}

/** Whether trying again may help. A topic that kafkajs did not find in several tries is not about to appear. */
function mayPass(error: unknown): boolean {
  const { retriable, type } = innermost(error);
  return (retriable !== false && type !== 'UNKNOWN_TOPIC_OR_PARTITION') || isOfProducer(error);
}

/** Whether the broker and this producer no longer agree about who it is and where it stands. */
function isOfProducer(error: unknown): boolean {
  return /PRODUCER|SEQUENCE/.test(innermost(error).type ?? '');
}

/** kafkajs wraps what it gave up on. */
function innermost(error: unknown): { retriable?: boolean; type?: string } {
  let cause = error as { retriable?: boolean; type?: string; cause?: unknown };
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause;
}

function unavailable(cause: unknown): Outage {
  return new Outage('broker-unavailable', { detail: (cause as Error).message }, { cause });
}
