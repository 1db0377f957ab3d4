import {
  Partitioners,
  type ICustomPartitioner,
  type Message,
  type RecordMetadata,
  type TopicMessages,
} from 'kafkajs';

/** Kafka's own partitioner, which also notes where each message goes; and a producer that was dropped tries nothing again. */
export function noting(partitions: WeakMap<Message, number>, dropped: AbortSignal): ICustomPartitioner {
  return () => {
    const choose = Partitioners.DefaultPartitioner();
    return (args) => {
      if (dropped.aborted) throw Object.assign(new Error('dropped'), { retriable: false });
      const partition = choose(args);
      partitions.set(args.message, partition);
      return partition;
    };
  };
}

/**
 * What kafkajs 2.2.4 calls sent and did not send: where a partition moves, between two tries, to a broker that had already answered for others, it
 * takes that answer for the answer to both. The answer names the partitions that it is about.
 */
export function forgotten(
  batch: readonly TopicMessages[],
  answer: readonly RecordMetadata[],
  partitions: WeakMap<Message, number>,
): TopicMessages[] {
  const sent = new Set(answer.map(({ topicName, partition }) => `${partition} ${topicName}`));
  return batch
    .map(({ topic, messages }) => ({
      topic,
      messages: messages.filter((message) => !sent.has(`${partitions.get(message)} ${topic}`)),
    }))
    .filter(({ messages }) => messages.length > 0);
}
