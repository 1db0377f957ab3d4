import type { Topic } from '@chasqui/contracts';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import type { Outgoing, Transport } from '../transport.js';
import { noteTopic, type Note } from './note-topic.fixture.js';

/** What a test needs of one transport: several processes' ends of the same bus. */
export interface Bus {
  /** One more process on the bus; closed after the test. */
  connect(): Promise<Transport>;
}

/** What the parts of the contract have in hand. */
export interface BusTests {
  /** One more process on the bus of this test. */
  readonly connect: () => Promise<Transport>;
  /** The topic of this test. */
  readonly topic: () => Topic<Note>;
  readonly note: (key: string, n: number, headers?: Record<string, string>) => Outgoing;
  /** Until so many are there. */
  readonly seen: (heard: readonly unknown[], count: number) => Promise<unknown>;
}

/** Opens a bus and a topic for each test. To be called where hooks are declared. */
export function openBus(open: () => Bus): BusTests {
  let bus: Bus;
  let topic: Topic<Note>;
  const opened: Transport[] = [];
  beforeEach(() => {
    bus = open();
    topic = noteTopic();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((transport) => transport.close()));
  });
  return {
    connect: async () => {
      const transport = await bus.connect();
      opened.push(transport);
      return transport;
    },
    topic: () => topic,
    note: (key, n, headers = {}) => outgoing(topic, {}, key, { n }, headers),
    seen: (heard, count) =>
      vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 10 }),
  };
}
