import type { Topic } from '@chasqui/contracts';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { NatsClient } from './nats-client.js';

// A topic is a stream with a subject for each partition, and a bucket in which its groups note where they are.

/** No stream's name may have a dot, and no name of a topic has an underscore. `name` has its prefix, here and below. */
export function streamOf(name: string): string {
  return name.replaceAll('.', '_');
}

export function subjectOf(name: string, partition: number): string {
  return `${name}.p${partition}`;
}

export function bucketOf(name: string): string {
  return `${streamOf(name)}_groups`;
}

/** Which partition a key belongs to (FNV-1a, 32 bits): the same for whoever publishes. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}

/**
 * Creates the stream of a topic if it is missing, and answers how many partitions it has; one that is there stays as it was made. Throws what
 * the client throws.
 */
export async function createStream(
  client: NatsClient,
  name: string,
  topic: Topic,
  replicas: number,
): Promise<number> {
  const there = await partitionsOf(client, name);
  if (there !== undefined) return there;
  try {
    const { config } = await client.manager.streams.add({
      name: streamOf(name),
      ...configOf(name, topic, replicas),
    });
    return config.subjects.length;
  } catch (error) {
    // Another process may have been quicker, with the same settings or its own.
    const now = await partitionsOf(client, name);
    if (now === undefined) throw error;
    return now;
  }
}

/** How many partitions the stream of a topic has; undefined where there is none. Whoever publishes and whoever reads must agree, so it is the stream that says. */
async function partitionsOf({ manager }: NatsClient, name: string): Promise<number | undefined> {
  try {
    return (await manager.streams.info(streamOf(name))).config.subjects.length;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined;
    throw error;
  }
}

function configOf(name: string, topic: Topic, replicas: number): Partial<StreamConfig> {
  return {
    subjects: Array.from({ length: topic.partitions }, (_, partition) => subjectOf(name, partition)),
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(topic.retentionMs),
    duplicate_window: nanos(Math.min(topic.retentionMs, 120_000)),
    num_replicas: replicas,
  };
}
