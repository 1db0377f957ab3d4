import { randomUUID } from 'node:crypto';
import { Outage, topics, type DeadLetter, type Topic } from '@chasqui/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { outgoing } from './outgoing.js';
import { Park } from './park.js';
import { inTrace, traceOf, withTracing } from './trace.fixture.js';
import type { Incoming, Transport } from './transport.js';

/** What a test needs of one transport: several processes' ends of the same bus. */
export interface Bus {
  /** One more process on the bus; closed after the test. */
  connect(): Promise<Transport>;
}

interface Note {
  n: number;
  more?: string | undefined;
}

/** A topic of its own for each test, so that a broker can serve them all. */
export function noteTopic(partitions = 3): Topic<Note> {
  return {
    name: `notes.${randomUUID()}`,
    schema: z.object({ n: z.number(), more: z.string().optional() }),
    retentionMs: 3_600_000,
    partitions,
  };
}

/** What every transport promises. */
export function transportContract(open: () => Bus): void {
  let bus: Bus;
  let topic: Topic<Note>;
  const open_: Transport[] = [];
  const connect = async () => {
    const transport = await bus.connect();
    open_.push(transport);
    return transport;
  };
  const note = (key: string, n: number, headers = {}) => outgoing(topic, {}, key, { n }, headers);
  const seen = (heard: readonly unknown[], count: number) =>
    vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 10 });

  beforeEach(() => {
    bus = open();
    topic = noteTopic();
  });
  afterEach(async () => {
    await Promise.all(open_.splice(0).map((transport) => transport.close()));
  });

  describe('delivery', () => {
    it('carries key, headers and value', async () => {
      const transport = await connect();
      const heard: Incoming[] = [];
      await transport.subscribe({ topic, group: 'a' }, async (message, value) => {
        expect(value.n).toBe(7);
        heard.push(message);
      });
      await transport.publish(note('blue', 7, { 'run-id': 'r1', 'x-umlaut': 'grün' }));
      await seen(heard, 1);
      expect(heard).toEqual([
        {
          topic: topic.name,
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
      await transport.subscribe({ topic, group: 'a' }, async (message, { n }) => {
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
      await transport.subscribe({ topic, group: 'a' }, async () => {
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
      await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.add(n));
      await Promise.all(Array.from({ length: 2000 }, (_, n) => transport.publish(note(`k${n % 97}`, n))));
      await vi.waitFor(() => expect(heard.size).toBe(2000), { timeout: 20_000 });
    });

    it('lets a handler publish', async () => {
      const transport = await connect();
      const heard: number[] = [];
      await transport.subscribe({ topic, group: 'a' }, async (message, { n }) => {
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
        await transport.subscribe({ topic, group: 'a' }, async (message) => {
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

  describe('what fails', () => {
    it('comes again, before any later message of its key and without holding up others', async () => {
      const transport = await connect();
      const heard: string[] = [];
      await transport.subscribe({ topic, group: 'a' }, async (message, { n }) => {
        heard.push(`${message.key}${n}/${message.delivery}`);
        if (n === 1 && message.delivery < 3) throw new Error('not yet');
      });
      await transport.publish(note('a', 1), note('a', 2), note('b', 9));
      await seen(heard, 5);
      expect(heard.filter((each) => each.startsWith('a'))).toEqual(['a1/1', 'a1/2', 'a1/3', 'a2/1']);
      expect(heard.indexOf('b9/1')).toBeLessThan(heard.indexOf('a1/3'));
    });

    it('is parked after five deliveries, of which the last is told, and the next one of its key goes on', async () => {
      const transport = await connect();
      const heard: string[] = [];
      const letters = await listen(transport, topic);
      await transport.subscribe({ topic, group: 'a' }, async (message, { n }) => {
        heard.push(`${n}/${message.delivery}${message.last ? ' last' : ''}`);
        if (n === 1) throw new TypeError('never');
      });
      await transport.publish(note('a', 1, { 'run-id': 'r1' }), note('a', 2));
      await seen(letters, 1);
      await seen(heard, 6);
      expect(heard).toEqual(['1/1', '1/2', '1/3', '1/4', '1/5 last', '2/1']);
      expect(letters).toEqual([
        {
          topic: topic.name,
          key: 'a',
          headers: { 'run-id': 'r1' },
          text: '{"n":1}',
          reason: 'failed',
          detail: 'TypeError; what it says stands in the log',
          parkedBy: 'a',
          parkedAt: expect.any(Number) as number,
        },
      ]);
    });

    it('comes again for as long as an outage lasts', async () => {
      const transport = await connect();
      const heard: number[] = [];
      await transport.subscribe({ topic, group: 'a' }, async (message) => {
        heard.push(message.delivery);
        if (message.delivery < 6) throw new Outage('database-unavailable');
      });
      await transport.publish(note('a', 1));
      await seen(heard, 6);
      expect(heard).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('is parked at once when the handler says so', async () => {
      const transport = await connect();
      const letters = await listen(transport, topic);
      await transport.subscribe({ topic, group: 'a' }, async () => {
        throw new Park('unsealed', 'no key of ours opens it');
      });
      await transport.publish(note('a', 1));
      await seen(letters, 1);
      expect(letters[0]).toMatchObject({ reason: 'unsealed', detail: 'no key of ours opens it' });
    });

    it('is parked unread when it is malformed', async () => {
      const transport = await connect();
      const letters = await listen(transport, topic);
      const heard: number[] = [];
      await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
      await transport.publish({ topic: topic.name, key: 'a', headers: {}, value: '{"n":' });
      await transport.publish({ topic: topic.name, key: 'a', headers: {}, value: '{"n":"one"}' });
      await transport.publish(note('a', 1));
      await seen(heard, 1);
      await seen(letters, 2);
      expect(heard).toEqual([1]);
      expect(letters.map(({ reason, text }) => [reason, text])).toEqual([
        ['malformed', '{"n":'],
        ['malformed', '{"n":"one"}'],
      ]);
      expect(letters[0]!.detail).toMatch(/^it is not JSON/);
      expect(letters[1]!.detail).toMatch(/^n: /);
    });
  });

  describe('groups', () => {
    it('share the messages among their members, and each group gets all', async () => {
      const [one, two] = [await connect(), await connect()];
      const [a1, a2, b]: number[][] = [[], [], []];
      await Promise.all([
        one.subscribe({ topic, group: 'a' }, async (_, { n }) => void a1!.push(n)),
        two.subscribe({ topic, group: 'a' }, async (_, { n }) => void a2!.push(n)),
        two.subscribe({ topic, group: 'b' }, async (_, { n }) => void b!.push(n)),
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
      await transport.prepare([{ topic }]);
      await transport.publish(note('a', 1));
      const [early, late]: number[][] = [[], []];
      await transport.subscribe({ topic, group: 'early' }, async (_, { n }) => void early!.push(n));
      await transport.subscribe(
        { topic, group: 'late', from: 'end' },
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
      const subscription = await transport.subscribe({ topic, group: 'a' }, hear);
      await transport.publish(note('a', 1));
      await seen(heard, 1);
      await subscription.stop();
      await transport.publish(note('a', 2));
      await transport.subscribe({ topic, group: 'a' }, hear);
      await transport.publish(note('a', 3));
      await seen(heard, 3);
      expect(heard).toEqual([1, 2, 3]);
    });

    it('hand what a member had not finished to the next', async () => {
      const [one, two] = [await connect(), await connect()];
      const tried: number[] = [];
      const heard: number[] = [];
      const first = await one.subscribe({ topic, group: 'a' }, async (_, { n }) => {
        tried.push(n);
        throw new Outage('database-unavailable');
      });
      await one.publish(note('a', 1), note('a', 2));
      await seen(tried, 2);
      await first.stop();
      await two.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
      await seen(heard, 2);
      expect(heard).toEqual([1, 2]);
      expect(new Set(tried)).toEqual(new Set([1]));
    });
  });

  describe('stopping', () => {
    it('waits for the handlers that are at work, and begins no other', async () => {
      const transport = await connect();
      const begun: number[] = [];
      const ended: number[] = [];
      let release!: () => void;
      const held = new Promise<void>((resolve) => (release = resolve));
      const subscription = await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => {
        begun.push(n);
        await held;
        ended.push(n);
      });
      await transport.publish(note('a', 1), note('a', 2));
      await seen(begun, 1);
      const stopped = subscription.stop();
      release();
      await stopped;
      expect([begun, ended]).toEqual([[1], [1]]);
    });

    it('leaves a transport that publishes nothing more', async () => {
      const transport = await connect();
      await transport.subscribe({ topic, group: 'a' }, async () => undefined);
      await transport.close();
      await expect(transport.publish(note('a', 1))).rejects.toThrow(Outage);
      expect(transport.connected()).toBe(false);
    });
  });
}

/** The dead letters of one topic, as they come. */
async function listen(transport: Transport, topic: Topic): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await transport.subscribe(
    { topic: topics.deadLetters, group: `reader-${randomUUID()}`, from: 'end' },
    async (_, letter) => {
      if (letter.topic === topic.name) letters.push(letter);
    },
  );
  return letters;
}
