import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { connectBus, type BusSettings } from '../connect-bus.js';
import { noteTopic } from './note-topic.fixture.js';
import { outgoing } from '../outgoing.js';
import type { Transport } from '../transport.js';

/** A server of messages that the tests may stop and start. */
export interface Broker {
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the tests of one kind of broker have in hand: `connect` opens a transport that is closed after the test, `said` is what transports logged. */
export interface AwayTests<B> {
  readonly said: string[];
  readonly log: NonNullable<BusSettings['log']>;
  readonly patiently: { readonly timeout: number; readonly interval: number };
  readonly broker: () => B;
  readonly settings: () => BusSettings;
  readonly connect: (settings?: { publishTimeoutMs?: number }) => Promise<Transport>;
}

/**
 * Keeps a broker for the tests of a file. To be called where hooks are declared.
 * @param start a broker of the tests' own, and how it is reached
 */
export function keepBroker<B extends { stop(): Promise<void> }>(
  start: () => Promise<{ readonly broker: B; readonly settings: BusSettings }>,
): AwayTests<B> {
  let broker: B;
  let settings: BusSettings;
  const open: Transport[] = [];
  const said: string[] = [];
  const log = {
    info: (_: object, text: string) => void said.push(text),
    warn: (_: object, text: string) => void said.push(text),
    error: (_: object, text: string) => void said.push(text),
  };
  const connect = async (more: { publishTimeoutMs?: number } = {}) => {
    const transport = await connectBus({ ...settings, log, ...more });
    open.push(transport);
    return transport;
  };
  beforeAll(async () => {
    ({ broker, settings } = await start());
  });
  afterAll(() => broker?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    said.length = 0;
  });
  return {
    said,
    log,
    patiently: { timeout: 25_000, interval: 20 },
    broker: () => broker,
    settings: () => settings,
    connect,
  };
}

/**
 * Publishes and listens while something happens to the broker. Afterwards nothing that it took is missing, and what is heard for the first time
 * comes in the order of its key; what had not been settled may come twice.
 * @param happens `goesOn` resolves once messages were taken and heard that were published since
 */
export async function losesNothing(
  { connect, patiently }: AwayTests<unknown>,
  happens: (goesOn: () => Promise<void>, topic: string, transport: Transport) => Promise<void>,
): Promise<Transport> {
  const transport = await connect({ publishTimeoutMs: 120_000 });
  const topic = noteTopic();
  const heard = new Map<string, Set<number>>();
  const isHeard = (n: number) => heard.get(keyOf(n))?.has(n) ?? false;
  await transport.subscribe({ topic, group: 'a' }, async ({ key }, { n }) => {
    heard.set(key, (heard.get(key) ?? new Set()).add(n));
  });
  const taken: number[] = [];
  let over = false;
  const publishing = (async () => {
    for (let next = 0; !over; next += 7) {
      const numbers = Array.from({ length: 7 }, (_, at) => next + at);
      await Promise.all(numbers.map((n) => transport.publish(outgoing(topic, {}, keyOf(n), { n }))));
      taken.push(...numbers);
    }
  })();
  // What it says is asked for in the end; a test that fails before that says more.
  publishing.catch(() => undefined);
  const goesOn = async () => {
    const before = taken.length;
    await vi.waitFor(
      () => {
        expect(taken.length).toBeGreaterThan(before + 50);
        expect(taken.slice(before).some(isHeard)).toBe(true);
        // A broker that hangs is given ten seconds to answer, and a second one, asked where to go instead, as many.
      },
      { ...patiently, timeout: 120_000 },
    );
  };
  await goesOn();
  await happens(goesOn, topic.name, transport);
  over = true;
  await publishing;
  await vi.waitFor(() => expect(taken.filter((n) => !isHeard(n))).toEqual([]), patiently);
  for (const numbers of heard.values()) expect([...numbers]).toEqual([...numbers].toSorted((a, b) => a - b));
  return transport;
}

function keyOf(n: number): string {
  return `key ${n % 7}`;
}
