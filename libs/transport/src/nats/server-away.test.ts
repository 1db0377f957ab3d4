import { startNats } from '@chasqui/testbed';
import { whenOwnNats } from '@chasqui/testbed/when';
import { expect, it, vi } from 'vitest';
import { brokerAwayContract } from '../broker-away.contract.js';
import { outgoing } from '../outgoing.js';
import { noteTopic } from '../contract/note-topic.fixture.js';
import { connectNats } from './connect-nats.js';

whenOwnNats('NATS that comes and goes', () => {
  const { said, log, patiently, broker, connect } = brokerAwayContract(async () => {
    const nats = await startNats();
    return { broker: nats, settings: { kind: 'nats', servers: [nats.server] } };
  });

  it('tells those who listen from now on all that comes, also of what came while it was away', async () => {
    const [one, two] = [await connect(), await connect()];
    const topic = noteTopic();
    const heard: number[] = [];
    await one.subscribe({ topic, group: 'a', from: 'end' }, async (_, { n }) => void heard.push(n));
    await two.publish(outgoing(topic, {}, 'a', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual([1]), patiently);
    await broker().kill('SIGKILL');
    const published = two.publish(outgoing(topic, {}, 'a', { n: 2 }));
    await broker().restart();
    await published;
    await vi.waitFor(() => expect(heard).toEqual([1, 2]), patiently);
  });

  it('shares the partitions among those who are there, each key always with one of them', async () => {
    const members = [await connect(), await connect(), await connect()];
    const topic = noteTopic(6);
    const heard: { by: number; key: string; n: number }[] = [];
    for (const [by, member] of members.entries())
      await member.subscribe(
        { topic, group: 'a' },
        async ({ key }, { n }) => void heard.push({ by, key, n }),
      );
    const publish = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, at) =>
          members[0]!.publish(outgoing(topic, {}, `key ${(from + at) % 30}`, { n: from + at })),
        ),
      );
    await vi.waitFor(async () => {
      heard.length = 0;
      await publish(0, 60);
      await vi.waitFor(() => expect(heard.length).toBe(60), { timeout: 2_000 });
      expect(new Set(heard.map(({ by }) => by))).toEqual(new Set([0, 1, 2]));
    }, patiently);
    // They have settled: nothing moves any more.
    heard.length = 0;
    await publish(0, 120);
    await vi.waitFor(() => expect(heard.length).toBe(120), patiently);
    for (const key of new Set(heard.map((one) => one.key))) {
      const of = heard.filter((one) => one.key === key);
      expect(new Set(of.map(({ by }) => by)).size).toBe(1);
      expect(of.map(({ n }) => n)).toEqual(of.map(({ n }) => n).toSorted((a, b) => a - b));
    }
  });

  it('says what a server that takes only small messages would have to be told', async () => {
    const small = await startNats('max_payload: 1MB');
    try {
      const transport = await connectNats({ servers: [small.server], log });
      const topic = noteTopic(1);
      await transport.prepare([{ topic }]);
      expect(said).toEqual(['NATS takes only small messages; set max_payload to 2MB in its configuration']);
      const large = {
        ...outgoing(topic, {}, 'a', { n: 1 }),
        value: JSON.stringify({ n: 1, more: 'x'.repeat(1e6) }),
      };
      await expect(transport.publish(large)).rejects.toThrow('too large');
      await transport.publish(outgoing(topic, {}, 'a', { n: 1 }));
      await transport.close();
    } finally {
      await small.stop();
    }
  });
});
