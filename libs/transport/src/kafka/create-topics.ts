import type { Topic } from '@chasqui/contracts';
import type { Kafka } from 'kafkajs';
import { maxMessageBytes } from '../message-size.js';

const day = 24 * 60 * 60_000;

/** Creates the topics (by full name) that are missing; those that are there stay as the operator has them. Throws what kafkajs throws. */
export async function createTopics(kafka: Kafka, wanted: ReadonlyMap<string, Topic>): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const missing = [...wanted].filter(([name]) => !there.has(name));
    if (missing.length === 0) return;
    const replicas = Math.min(3, (await admin.describeCluster()).brokers.length);
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(([name, topic]) => ({
        topic: name,
        numPartitions: topic.partitions,
        replicationFactor: replicas,
        configEntries: entries(topic, replicas),
      })),
    });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function entries(topic: Topic, replicas: number): { name: string; value: string }[] {
  const settings = {
    'cleanup.policy': 'delete',
    'retention.ms': topic.retentionMs,
    // Only closed segments are ever dropped, so they must close well within the time that messages are kept.
    'segment.ms': Math.min(topic.retentionMs, day),
    'max.message.bytes': maxMessageBytes,
    // The broker's clock decides how long a message is kept, not the clock of whoever sent it.
    'message.timestamp.type': 'LogAppendTime',
    ...(replicas >= 3 && { 'min.insync.replicas': 2 }),
  };
  return Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
}
