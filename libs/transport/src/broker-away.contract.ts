import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Outage } from '@chasqui/contracts';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { connectBus, type BusSettings } from './connect-bus.js';
import { outgoing } from './outgoing.js';
import { noteTopic } from './transport.contract.js';
import type { Transport } from './transport.js';

/** A server of messages that the tests may stop and start. */
export interface Broker {
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the tests of one kind of broker have in hand: `connect` opens a transport that is closed after the test, `said` is what transports logged. */
export interface AwayTests {
  readonly said: string[];
  readonly log: NonNullable<BusSettings['log']>;
  readonly patiently: { readonly timeout: number; readonly interval: number };
  readonly broker: () => Broker;
  readonly connect: (settings?: { publishTimeoutMs?: number }) => Promise<Transport>;
}

/**
 * What every transport over a broker promises of one that comes and goes.
 * @param start a broker of the tests' own, and how it is reached
 */
export function brokerAwayContract(
  start: () => Promise<{ readonly broker: Broker; readonly settings: BusSettings }>,
): AwayTests {
  let broker: Broker;
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
  const patiently = { timeout: 25_000, interval: 20 };

  beforeAll(async () => {
    ({ broker, settings } = await start());
  });
  afterAll(() => broker?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    said.length = 0;
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses nothing that it took when the broker ends by %s and comes back',
    async (signal) => {
      const transport = await connect();
      const topic = noteTopic();
      const heard = new Set<number>();
      await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.add(n));
      const taken: number[] = [];
      let goOn = true;
      const publishing = (async () => {
        for (let n = 0; goOn; n++) {
          await transport.publish(outgoing(topic, {}, `key ${n % 7}`, { n }));
          taken.push(n);
        }
      })();
      await vi.waitFor(() => expect(heard.size).toBeGreaterThan(50), patiently);
      await broker.kill(signal);
      const before = taken.length;
      await broker.restart();
      await vi.waitFor(() => expect(taken.length).toBeGreaterThan(before + 50), patiently);
      goOn = false;
      await publishing;
      await vi.waitFor(() => expect(taken.filter((n) => !heard.has(n))).toEqual([]), patiently);
      await vi.waitFor(() => expect(transport.connected()).toBe(true), patiently);
      expect(said.slice(-1)).toEqual(['the broker answers again']);
    },
  );

  it('waits for a broker that is away at the start, and says so once', async () => {
    await broker.kill('SIGTERM');
    const transport = await connect();
    const topic = noteTopic();
    const heard: number[] = [];
    const subscribed = transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
    await vi.waitFor(() => expect(said.length).toBe(1), patiently);
    expect(transport.connected()).toBe(false);
    await broker.restart();
    await subscribed;
    await transport.publish(outgoing(topic, {}, 'a', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual([1]), patiently);
    expect(said).toEqual(['the broker does not answer, trying until it does', 'the broker answers again']);
    expect(transport.connected()).toBe(true);
  });

  it('gives up publishing after a while, and gives up waiting when it is told to', async () => {
    await broker.kill('SIGTERM');
    const transport = await connect({ publishTimeoutMs: 300 });
    const topic = noteTopic();
    await expect(transport.publish(outgoing(topic, {}, 'a', { n: 1 }))).rejects.toThrow(Outage);
    const waiting = new AbortController();
    const prepared = transport.prepare([{ topic }], waiting.signal);
    waiting.abort();
    await expect(prepared).rejects.toThrow('aborted');
    expect(transport.connected()).toBe(false);
    await transport.close();
    await broker.restart();
  });

  it('gives what a killed process was doing to another', async () => {
    const transport = await connect();
    const topic = noteTopic(1);
    await transport.prepare([{ topic }]);
    const words = ['--input-type=module', '-e', holdOn, JSON.stringify(settings), topic.name];
    const child = spawn(process.execPath, words, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    child.stdout.on('data', (text: Buffer) => lines.push(...text.toString().trim().split('\n')));
    await vi.waitFor(() => expect(lines).toContain('ready'), patiently);
    await transport.publish(outgoing(topic, {}, 'a', { n: 1 }), outgoing(topic, {}, 'a', { n: 2 }));
    await vi.waitFor(() => expect(lines).toContain('working on {"n":1}'), patiently);
    child.kill('SIGKILL');
    const heard: number[] = [];
    await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
    await vi.waitFor(() => expect(heard).toEqual([1, 2]), patiently);
  });

  it('does not give a slow message to another, neither for its slowness nor when a member joins', async () => {
    const [one, two] = [await connect(), await connect()];
    const topic = noteTopic(2);
    const heard: string[] = [];
    const held = Promise.withResolvers<void>();
    await one.subscribe({ topic, group: 'a' }, async (message) => {
      heard.push(`one got ${message.key}`);
      await held.promise;
      heard.push(`one did ${message.key}`);
    });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await one.publish(...keys.map((key, n) => outgoing(topic, {}, key, { n })));
    await vi.waitFor(() => expect(heard.length).toBe(6), patiently);
    const joining = two.subscribe(
      { topic, group: 'a' },
      async (message) => void heard.push(`two got ${message.key}`),
    );
    // Longer than a member may be silent: one that did not go on saying that it lives would be out by then.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    held.resolve();
    await joining;
    await vi.waitFor(() => expect(heard.length).toBe(12), patiently);
    await two.publish(outgoing(topic, {}, 'a', { n: 9 }), outgoing(topic, {}, 'f', { n: 9 }));
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(14), patiently);
    expect(heard.slice(0, 12).toSorted()).toEqual(
      keys.flatMap((key) => [`one did ${key}`, `one got ${key}`]).toSorted(),
    );
  });

  return { said, log, patiently, broker: () => broker, connect };
}

/** A process that takes a message and never finishes it. */
const holdOn = `
  import { connectBus } from '@chasqui/transport';
  import { z } from 'zod';
  const [settings, name] = process.argv.slice(1);
  const transport = await connectBus(JSON.parse(settings));
  const topic = { name, schema: z.unknown(), retentionMs: 3600000, partitions: 1 };
  await transport.subscribe({ topic, group: 'a' }, async (message) => {
    console.log('working on ' + message.value);
    await new Promise(() => undefined);
  });
  console.log('ready');
`;
