import { randomUUID } from 'node:crypto';
import { startKafka } from '@chasqui/testbed';
import { whenKafka, whenOwnKafka } from '@chasqui/testbed/when';
import { Outage, topics, type DeadLetter } from '@chasqui/contracts';
import { ConfigResourceTypes, Kafka, logLevel, Partitioners, type Message } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import { silentLog } from '../silent-log.fixture.js';
import { noteTopic } from '../contract/note-topic.fixture.js';
import type { Transport } from '../transport.js';
import { connectKafka } from './connect-kafka.js';

whenKafka('Kafka and what we did not put there', (brokers) => {
  const prefix = `foreign-${randomUUID().slice(0, 8)}.`;
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  let transport: Transport;
  const topic = noteTopic();

  beforeEach(async () => {
    transport = await connectKafka({ brokers, prefix, log: silentLog, publishTimeoutMs: 5000 });
  });
  afterEach(() => transport.close());

  async function sendRaw(...messages: Message[]): Promise<void> {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: prefix + topic.name, messages });
    await producer.disconnect();
  }

  it('parks bytes as they are, and goes on', async () => {
    const letters: DeadLetter[] = [];
    const heard: unknown[] = [];
    await transport.subscribe(
      { topic: topics.deadLetters, group: 'reader' },
      async (_, letter) => void letters.push(letter),
    );
    await transport.subscribe(
      { topic, group: 'a' },
      async ({ key, headers }, { n }) => void heard.push({ key, headers, n }),
    );
    await sendRaw(
      { value: Buffer.from([0xff, 0x00, 0xfe]) },
      { value: null },
      { key: 'k', value: '{"n":1}', headers: { 'Run-Id': ['first', 'second'] } },
    );
    await vi.waitFor(() => expect(letters.length).toBe(2), { timeout: 10_000 });
    await vi.waitFor(() => expect(heard).toEqual([{ key: 'k', headers: { 'run-id': 'first' }, n: 1 }]), {
      timeout: 10_000,
    });
    expect(letters.map(({ base64, text, detail }) => ({ base64, text, detail }))).toEqual(
      expect.arrayContaining([
        { base64: '/wD+', text: undefined, detail: 'it is not UTF-8' },
        { base64: undefined, text: '', detail: expect.stringMatching(/^it is not JSON/) as string },
      ]),
    );
  });

  it('creates topics with the settings of the contracts', async () => {
    await transport.prepare([{ topic: topics.relayOrders, params: { relay: 'fra-1' } }]);
    const admin = kafka.admin();
    await admin.connect();
    const name = `${prefix}relay.fra-1.orders`;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name }],
    });
    const { topics: described } = await admin.fetchTopicMetadata({ topics: [name] });
    await admin.disconnect();
    const settings = Object.fromEntries(
      resources[0]!.configEntries.map((entry) => [entry.configName, entry.configValue]),
    );
    expect(settings).toMatchObject({
      'retention.ms': '86400000',
      'cleanup.policy': 'delete',
      'max.message.bytes': '2097152',
    });
    expect(described[0]!.partitions.length).toBe(1);
  });

  it('creates the topic of a relay that never ran when orders for it are published, and keeps their order', async () => {
    const orders = ['a.b.c.d.e', 'f.g.h.i.j', 'k.l.m.n.o'];
    await Promise.all(
      orders.map((sealed) =>
        transport.publish(outgoing(topics.relayOrders, { relay: 'new-1' }, 'e1', sealed)),
      ),
    );
    const heard: string[] = [];
    await transport.subscribe(
      { topic: topics.relayOrders, params: { relay: 'new-1' }, group: 'relay.new-1' },
      async (_, sealed) => {
        heard.push(sealed);
      },
    );
    await vi.waitFor(() => expect(heard).toEqual(orders), { timeout: 10_000 });
  });

  it('refuses a message that no topic takes without failing those published with it', async () => {
    await transport.prepare([{ topic }]);
    const [large, unknown, good] = await Promise.allSettled([
      transport.publish(outgoing(topic, {}, 'a', { n: 1, more: 'x'.repeat(3_000_000) })),
      transport.publish({ topic: 'nobody.made.this', key: 'a', headers: {}, value: '{}' }),
      transport.publish(outgoing(topic, {}, 'a', { n: 1 })),
    ]);
    expect(large).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) as RangeError });
    expect(unknown).toMatchObject({ status: 'rejected', reason: expect.any(Outage) as Outage });
    expect(good.status).toBe('fulfilled');
  });

  it('carries messages as large as they may be, many at once', async () => {
    const group = randomUUID();
    const heard = new Set<number>();
    await transport.subscribe({ topic, group, from: 'end' }, async (_, { n }) => void heard.add(n));
    const value = (n: number) => ({ n, more: 'x'.repeat(n === 0 ? 1_900_000 : 400_000) });
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => transport.publish(outgoing(topic, {}, 'a', value(n)))),
    );
    await vi.waitFor(() => expect(heard.size).toBe(10), { timeout: 10_000 });
  });
});

whenOwnKafka('Kafka that asks who we are', () => {
  const topic = noteTopic();

  it('is told, and lets in nobody else', async () => {
    const sasl = { username: 'relay', password: 'secret' };
    const broker = await startKafka({ sasl });
    try {
      const known = await connectKafka({
        brokers: [broker.brokers],
        log: silentLog,
        sasl: { mechanism: 'plain', ...sasl },
      });
      await known.prepare([{ topic }]);
      await known.publish(outgoing(topic, {}, 'a', { n: 1 }));
      expect(known.connected()).toBe(true);
      await known.close();
      const said: object[] = [];
      const stranger = await connectKafka({
        brokers: [broker.brokers],
        sasl: { mechanism: 'plain', username: 'relay', password: 'wrong' },
        log: { ...silentLog, warn: (facts) => void said.push(facts) },
      });
      await expect(stranger.publish(outgoing(topic, {}, 'a', { n: 1 }))).rejects.toThrow(Outage);
      expect(said).toEqual([{ reason: expect.stringContaining('does not let us in') as string }]);
      await stranger.close();
    } finally {
      await broker.stop();
    }
  });
});
