import { randomUUID } from 'node:crypto';
import { Outage, topics, type DeadLetter, type Topic } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import { Park } from '../park.js';
import type { Transport } from '../transport.js';
import type { BusTests } from './open-bus.fixture.js';

/** What every transport promises of messages that cannot be handled, or not yet. */
export function failingContract({ connect, topic, note, seen }: BusTests): void {
  describe('what fails', () => {
    it('comes again, before any later message of its key and without holding up others', async () => {
      const transport = await connect();
      const heard: string[] = [];
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message, { n }) => {
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
      const letters = await listen(transport, topic());
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message, { n }) => {
        heard.push(`${n}/${message.delivery}${message.last ? ' last' : ''}`);
        if (n === 1) throw new TypeError('never');
      });
      await transport.publish(note('a', 1, { 'run-id': 'r1' }), note('a', 2));
      await seen(letters, 1);
      await seen(heard, 6);
      expect(heard).toEqual(['1/1', '1/2', '1/3', '1/4', '1/5 last', '2/1']);
      expect(letters).toEqual([
        {
          topic: topic().name,
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
      await transport.subscribe({ topic: topic(), group: 'a' }, async (message) => {
        heard.push(message.delivery);
        if (message.delivery < 6) throw new Outage('database-unavailable');
      });
      await transport.publish(note('a', 1));
      await seen(heard, 6);
      expect(heard).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('is parked at once when the handler says so', async () => {
      const transport = await connect();
      const letters = await listen(transport, topic());
      await transport.subscribe({ topic: topic(), group: 'a' }, async () => {
        throw new Park('unsealed', 'no key of ours opens it');
      });
      await transport.publish(note('a', 1));
      await seen(letters, 1);
      expect(letters[0]).toMatchObject({ reason: 'unsealed', detail: 'no key of ours opens it' });
    });

    it('is parked unread when it is malformed', async () => {
      const transport = await connect();
      const letters = await listen(transport, topic());
      const heard: number[] = [];
      await transport.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => void heard.push(n));
      await transport.publish({ topic: topic().name, key: 'a', headers: {}, value: '{"n":' });
      await transport.publish({ topic: topic().name, key: 'a', headers: {}, value: '{"n":"one"}' });
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
