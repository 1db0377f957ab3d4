import { Outage } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import type { BusTests } from './open-bus.fixture.js';

/** What every transport promises of its end. */
export function stoppingContract({ connect, topic, note, seen }: BusTests): void {
  describe('stopping', () => {
    it('waits for the handlers that are at work, and begins no other', async () => {
      const transport = await connect();
      const begun: number[] = [];
      const ended: number[] = [];
      let release!: () => void;
      const held = new Promise<void>((resolve) => (release = resolve));
      const subscription = await transport.subscribe({ topic: topic(), group: 'a' }, async (_, { n }) => {
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
      await transport.subscribe({ topic: topic(), group: 'a' }, async () => undefined);
      await transport.close();
      await expect(transport.publish(note('a', 1))).rejects.toThrow(Outage);
      expect(transport.connected()).toBe(false);
    });
  });
}
