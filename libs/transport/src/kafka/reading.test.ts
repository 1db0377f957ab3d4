import { randomUUID } from 'node:crypto';
import { whenKafka } from '@chasqui/testbed/when';
import { afterEach, expect, it, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import { silentLog } from '../silent-log.fixture.js';
import { noteTopic } from '../contract/note-topic.fixture.js';
import type { Transport } from '../transport.js';
import { connectKafka } from './connect-kafka.js';

whenKafka('reading from Kafka', (brokers) => {
  const open: Transport[] = [];
  const connect = async (prefix = `reading-${randomUUID().slice(0, 8)}.`) => {
    const transport = await connectKafka({ brokers, prefix, log: silentLog });
    open.push(transport);
    return transport;
  };
  afterEach(() => Promise.all(open.splice(0).map((transport) => transport.close())));

  it('goes on while somebody is at work on what was read before', async () => {
    const transport = await connect();
    const topic = noteTopic(1);
    const heard: string[] = [];
    const held = Promise.withResolvers<void>();
    await transport.subscribe({ topic, group: 'a' }, async ({ key }) => {
      heard.push(key);
      if (key === 'slow') await held.promise;
    });
    await transport.publish(outgoing(topic, {}, 'slow', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual(['slow']), 30_000);
    await transport.publish(outgoing(topic, {}, 'quick', { n: 2 }));
    await vi.waitFor(() => expect(heard).toEqual(['slow', 'quick']), 30_000);
    held.resolve();
  });

  it('rests while too much lies unfinished, and goes on when there is room', async () => {
    const transport = await connect();
    const topic = noteTopic(1);
    const heard = new Set<number>();
    const held = Promise.withResolvers<void>();
    await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => {
      heard.add(n);
      await held.promise;
    });
    const publish = (from: number, to: number) =>
      transport.publish(
        ...Array.from({ length: to - from }, (_, at) =>
          outgoing(topic, {}, `${from + at}`, { n: from + at }),
        ),
      );
    await publish(0, 700);
    await vi.waitFor(() => expect(heard.size).toBe(64), 30_000);
    await publish(700, 1400);
    held.resolve();
    await vi.waitFor(() => expect(heard.size).toBe(1400), { timeout: 10_000 });
  });

  it('begins with a member that has nothing to read, too', async () => {
    const prefix = `reading-${randomUUID().slice(0, 8)}.`;
    const members = [await connect(prefix), await connect(prefix)];
    const topic = noteTopic(1);
    const heard: number[] = [];
    for (const member of members)
      await member.subscribe({ topic, group: 'a', from: 'end' }, async (_, { n }) => void heard.push(n));
    await members[0]!.publish(outgoing(topic, {}, 'a', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual([1]), 30_000);
  });
});
