import type { Headers } from '@chasqui/contracts';
import {
  DeliverPolicy,
  type ConsumerMessages,
  type JsMsg,
  type OrderedConsumerOptions,
} from '@nats-io/jetstream';
import type { RawMessage } from '../deliver.js';
import type { Partition } from '../partition.js';
import { within } from '../pause.js';
import type { NatsClient } from './nats-client.js';
import { keyHeader } from './nats-publisher.js';
import { streamOf } from './streams.js';

/** What is read: a stream from one of its sequence numbers on, of one subject or of all. */
export interface Reading {
  /** The topic's full name with the prefix. */
  readonly name: string;
  /** Its name as handlers see it. */
  readonly topic: string;
  readonly subject?: string;
  readonly from: number;
}

/**
 * Reads into a partition, in the order of the stream and as far ahead as there is room, until `signal` ends it. Throws where reading came to an
 * end by itself.
 */
export async function readPartition(
  { js }: NatsClient,
  { name, topic, subject, from }: Reading,
  partition: Partition,
  signal: AbortSignal,
): Promise<void> {
  const options: Partial<OrderedConsumerOptions> = {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    ...(subject !== undefined && { filter_subjects: subject }),
  };
  const consumer = await js.consumers.get(streamOf(name), options);
  const messages = await consumer.consume({ max_messages: 256, expires: 10_000, idle_heartbeat: 1_000 });
  const close = () => void messages.close().catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) return;
    await take(messages, topic, partition, signal);
    if (!signal.aborted) throw new Error('the server ended the reading');
  } finally {
    signal.removeEventListener('abort', close);
    close();
    await within(consumer.delete(), 500);
  }
}

async function take(
  messages: ConsumerMessages,
  topic: string,
  partition: Partition,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    if (signal.aborted) return;
    partition.take(message.seq, rawMessage(topic, message));
    while (!partition.hasRoom() && !signal.aborted) await within(partition.room(), 500);
  }
}

function rawMessage(topic: string, { headers: had, data }: JsMsg): RawMessage {
  const headers: Headers = {};
  for (const name of had?.keys() ?? []) {
    if (name !== keyHeader && !name.startsWith('Nats-')) headers[name.toLowerCase()] = had!.get(name);
  }
  return { topic, key: keyOf(had?.get(keyHeader) ?? ''), headers, value: data };
}

/** Somebody else's message may have anything there. */
function keyOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
