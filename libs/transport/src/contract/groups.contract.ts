import { Outage } from '@chasqui/contracts';
import { describe, expect, it, vi } from 'vitest';
import type { Note } from './note-topic.fixture.js';
import type { BusTests } from './open-bus.fixture.js';

/** What every transport promises of those who share messages. */
export function groupsContract({ connect, topic, note, seen }: BusTests): void {
  describe('groups', () => {
    it('share the messages among their members, and each group gets all', async () => {
      const [one, two] = [await connect(), await connect()];
      const [a1, a2, b]: number[][] = [[], [], []];
      await Promise.all([
        one.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => void a1!.push(n)),
        two.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => void a2!.push(n)),
        two.subscribe({ topic: topic(), group: 'b' }, async (_, { n }) => void b!.push(n)),
      ]);
      const all = Array.from({ length: 100 }, (_, n) => n);
      await one.publish(...all.map((n) => note(`key ${n}`, n)));
      await seen(b!, 100);
      await vi.waitFor(() => expect([...a1!, ...a2!].toSorted((x, y) => x - y)).toEqual(all), {
        timeout: 20_000,
      });
      expect(b!.toSorted((x, y) => x - y)).toEqual(all);
    });

    it('start at the beginning, or at the end when they ask for it', async () => {
      const transport = await connect();
      await transport.prepare([{ topic: topic() }]);
      await transport.publish(note('a', 1));
      const [early, late]: number[][] = [[], []];
      await transport.subscribe({ topic: topic(), group: 'early' }, async (_, { n }) => void early!.push(n));
      await transport.subscribe(
        { topic: topic(), group: 'late', from: 'end' },
        async (_, { n }) => void late!.push(n),
      );
      await transport.publish(note('a', 2));
      await seen(late!, 1);
      await seen(early!, 2);
      expect([early, late]).toEqual([[1, 2], [2]]);
    });

    it('go on where they were', async () => {
      const transport = await connect();
      const heard: number[] = [];
      const hear = async (_: unknown, { n }: Note) => void heard.push(n);
      const subscription = await transport.subscribe({ topic: topic(), group: 'a' }, hear);
      await transport.publish(note('a', 1));
      await seen(heard, 1);
      await subscription.stop();
      await transport.publish(note('a', 2));
      await transport.subscribe({ topic: topic(), group: 'a' }, hear);
      await transport.publish(note('a', 3));
      await seen(heard, 3);
      expect(heard).toEqual([1, 2, 3]);
    });

    it('hand what a member had not finished to the next', async () => {
      const [one, two] = [await connect(), await connect()];
      const tried: number[] = [];
      const heard: number[] = [];
      const first = await one.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => {
        tried.push(n);
        throw new Outage('database-unavailable');
      });
      await one.publish(note('a', 1), note('a', 2));
      await seen(tried, 2);
      await first.stop();
      await two.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => void heard.push(n));
      await seen(heard, 2);
      expect(heard).toEqual([1, 2]);
      expect(new Set(tried)).toEqual(new Set([1]));
    });
  });
}
