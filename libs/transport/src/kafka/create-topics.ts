import type { Topic } from '@chasqui/contracts';
import type { Kafka } from 'kafkajs';
import { maxMessageBytes } from '../message-size.js';
import { TopicsMissing } from '../topics-missing.js';

const day = 24 * 60 * 60_000;

/**
 * Creates the topics (by full name) that are missing; those that are there stay as the operator has them. Throws `TopicsMissing` where we may not,
 * and else what kafkajs throws.
 * @param replicas how many brokers keep each; as many as there are, up to three, if it is not said
 */
export async function createTopics(
  kafka: Kafka,
  wanted: ReadonlyMap<string, Topic>,
  replicas?: number,
): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const missing = [...wanted].filter(([name]) => !there.has(name));
    if (missing.length === 0) return;
    const copies = replicas ?? Math.min(3, (await admin.describeCluster()).brokers.length);
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(([name, topic]) => ({
        topic: name,
        numPartitions: topic.partitions,
        replicationFactor: copies,
        configEntries: entries(topic, copies),
      })),
    });
  } catch (error) {
    throw forbidden(error) ?? error;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** kafkajs tells of each topic that could not be created, in an error of theirs that it does not export. */
function forbidden(error: unknown): TopicsMissing | undefined {
  const { errors = [] } = error as { errors?: readonly { type?: string; topic: string }[] };
  const refused = errors.filter(({ type }) => type === 'TOPIC_AUTHORIZATION_FAILED');
  return refused.length > 0 ? new TopicsMissing(refused.map(({ topic }) => topic).toSorted()) : undefined;
}

function entries(topic: Topic, replicas: number): { name: string; value: string }[] {
  const settings = {
    'cleanup.policy': 'delete',
    'retention.ms': topic.retentionMs,
    // Only closed segments are ever dropped, so they must close well within the time that messages are kept.
    'segment.ms': Math.min(topic.retentionMs, day),
    // A broker lays these out in full, ten megabytes at first, once 4 KiB stand in a segment: 20 ms for each relay's topic, all at once where a line goes to all.
    // So they are enough for segments of 85 megabytes.
    'segment.index.bytes': 256 * 1024,
    'max.message.bytes': maxMessageBytes,
    // The broker's clock decides how long a message is kept, not the clock of whoever sent it.
    'message.timestamp.type': 'LogAppendTime',
    ...(replicas >= 3 && { 'min.insync.replicas': 2 }),
  };
  return Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
}
