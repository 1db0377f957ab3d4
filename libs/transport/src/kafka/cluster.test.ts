import { Outage, topics } from '@chasqui/contracts';
import { startKafkaCluster, type KafkaBroker, type KafkaCluster } from '@chasqui/testbed';
import { whenOwnKafka } from '@chasqui/testbed/when';
import { ConfigResourceTypes, Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepBroker, losesNothing } from '../contract/broker-of-ours.fixture.js';

whenOwnKafka('three brokers', () => {
  let admin: Admin;
  const tests = keepBroker<KafkaCluster>(async () => {
    const broker = await startKafkaCluster();
    const brokers = broker.brokers.split(',');
    admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    return { broker, settings: { kind: 'kafka', brokers } };
  });
  beforeAll(() => admin.connect());
  afterAll(() => admin?.disconnect());

  /** Who leads a partition of this topic. */
  async function leaderOf(topic: string): Promise<KafkaBroker> {
    const found = await admin.fetchTopicMetadata({ topics: [topic] });
    return tests.broker().nodes[found.topics[0]!.partitions[0]!.leader - 1]!;
  }

  it.each<[string, (topic: string) => Promise<KafkaBroker>, 'SIGTERM' | 'SIGKILL']>([
    ['that leads ends', leaderOf, 'SIGTERM'],
    ['that leads is killed', leaderOf, 'SIGKILL'],
    ['that knows where the groups are is killed', () => leaderOf('__consumer_offsets'), 'SIGKILL'],
  ])(
    'lose nothing while the one %s, and when it is back',
    async (_, which, signal) => {
      await losesNothing(tests, async (goesOn, topic) => {
        const broker = await which(topic);
        await broker.kill(signal);
        await goesOn();
        await broker.restart();
        await goesOn();
      });
    },
    300_000,
  );

  it('lose nothing while the one that leads hangs, and when it goes on', async () => {
    await losesNothing(tests, async (goesOn, topic) => {
      const { pid } = await leaderOf(topic);
      process.kill(pid, 'SIGSTOP');
      try {
        await goesOn();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await goesOn();
    });
  }, 300_000);

  it('take nothing while one is left, say so in time, and lose nothing when a second is back', async () => {
    const [one, two] = tests.broker().nodes;
    await losesNothing(tests, async (goesOn, topic) => {
      await Promise.all([one!.kill('SIGKILL'), two!.kill('SIGKILL')]);
      const other = await tests.connect({ publishTimeoutMs: 2_000 });
      const message = { topic, key: 'a', headers: {}, value: '{"n":-1}' };
      await expect(other.publish(message)).rejects.toThrow(Outage);
      await one!.restart();
      await goesOn();
      await two!.restart();
    });
  }, 300_000);

  it('keep every topic three times, and take what two of them have', async () => {
    const transport = await tests.connect();
    await transport.prepare([{ topic: topics.relayReports }]);
    const name = topics.relayReports.name;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: ['min.insync.replicas'] }],
    });
    expect(resources[0]!.configEntries[0]!.configValue).toBe('2');
    const described = await admin.fetchTopicMetadata({ topics: [name, topics.deadLetters.name] });
    for (const { partitions } of described.topics)
      for (const { replicas } of partitions) expect(replicas.length).toBe(3);
  });
});
