import { describe, expect, it, vi } from 'vitest';
import { inTrace, traceOf, withTracing } from '../trace.fixture.js';
import type { Incoming } from '../transport.js';
import type { BusTests } from './open-bus.fixture.js';

/** What every transport promises of the way of a message. */
export function deliveryContract({ connect, topic, note, seen }: BusTests): void {
  describe('delivery', () => {
    it('carries key, headers and value', async () => {
      const transport = await connect();
      const heard: Incoming[] = [];
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message, value) => {
        expect(value.n).toBe(7);
        heard.push(message);
      });
      await transport.publish(note('blue', 7, { 'run-id': 'r1', 'x-umlaut': 'grün' }));
      await seen(heard, 1);
      expect(heard).toEqual([
        {
          topic: topic().name,
          key: 'blue',
          headers: { 'run-id': 'r1', 'x-umlaut': 'grün' },
          value: '{"n":7}',
          delivery: 1,
          last: false,
        },
      ]);
      expect(transport.connected()).toBe(true);
    });

    it('keeps the order of each key', async () => {
      const transport = await connect();
      const heard: string[] = [];
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message, { n }) => {
        await new Promise((resolve) => setTimeout(resolve, n % 3));
        heard.push(`${message.key}${n}`);
      });
      const sent = Array.from({ length: 60 }, (_, i) => note('abc'[i % 3]!, i));
      for (const message of sent) await transport.publish(message);
      await seen(heard, 60);
      for (const key of ['a', 'b', 'c']) {
        const expected = sent.filter((m) => m.key === key).map((m) => `${key}${JSON.parse(m.value).n}`);
        expect(heard.filter((each) => each.startsWith(key))).toEqual(expected);
      }
    });

    it('handles different keys at the same time', async () => {
      const transport = await connect();
      let atWork = 0;
      let release!: () => void;
      const all = new Promise<void>((resolve) => (release = resolve));
      await transport.subscribe({ topic: topic(), group: 'a' }, async () => {
        if (++atWork === 10) release();
        await all;
      });
      await transport.publish(...Array.from({ length: 10 }, (_, i) => note(`key ${i}`, i)));
      await all;
      expect(atWork).toBe(10);
    });

    it('loses none of 2,000 messages', async () => {
      const transport = await connect();
      const heard = new Set<number>();
      await transport.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => void heard.add(n));
      await Promise.all(Array.from({ length: 2000 }, (_, n) => transport.publish(note(`k${n % 97}`, n))));
      await vi.waitFor(() => expect(heard.size).toBe(2000), { timeout: 20_000 });
    });

    it('lets a handler publish', async () => {
      const transport = await connect();
      const heard: number[] = [];
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message, { n }) => {
        heard.push(n);
        if (n < 5) await transport.publish(note(message.key, n + 1));
      });
      await transport.publish(note('a', 0));
      await seen(heard, 6);
      expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('carries the trace from who publishes to who handles', async () => {
      const transport = await connect();
      await withTracing(async () => {
        const heard: string[] = [];
        await transport.subscribe({ topic: topic(), group: 'a' }, async (message) => {
          await new Promise((resolve) => setImmediate(resolve));
          heard.push(`${message.key} ${traceOf()}`);
        });
        const traces = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'];
        await Promise.all([
          inTrace(traces[0]!, () => transport.publish(note('a', 1))),
          inTrace(traces[1]!, () => transport.publish(note('b', 2))),
        ]);
        await seen(heard, 2);
        expect(heard.toSorted()).toEqual([`a ${traces[0]}`, `b ${traces[1]}`]);
      });
    });
  });
}
