import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Outage } from '@chasqui/contracts';
import { startNats, type NatsServer } from '@chasqui/testbed';
import { whenOwnNats } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import { noteTopic } from '../transport.contract.js';
import type { Transport } from '../transport.js';
import { connectNats, type NatsSettings } from './connect-nats.js';

whenOwnNats('NATS that comes and goes', () => {
  let nats: NatsServer;
  const open: Transport[] = [];
  const said: string[] = [];
  const log = {
    info: (_: object, text: string) => void said.push(text),
    warn: (_: object, text: string) => void said.push(text),
    error: (_: object, text: string) => void said.push(text),
  };
  const connect = async (settings: Partial<NatsSettings> = {}) => {
    const transport = await connectNats({ servers: [nats.server], log, ...settings });
    open.push(transport);
    return transport;
  };
  const patiently = { timeout: 25_000, interval: 20 };

  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    said.length = 0;
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses nothing that it took when the server ends by %s and comes back',
    async (signal) => {
      const transport = await connect();
      const topic = noteTopic();
      const heard = new Set<number>();
      const tail = new Set<number>();
      await transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.add(n));
      await transport.subscribe({ topic, group: 'b', from: 'end' }, async (_, { n }) => void tail.add(n));
      const taken: number[] = [];
      let goOn = true;
      const publishing = (async () => {
        for (let n = 0; goOn; n++) {
          await transport.publish(outgoing(topic, {}, `key ${n % 7}`, { n }));
          taken.push(n);
        }
      })();
      await vi.waitFor(() => expect(heard.size).toBeGreaterThan(50), patiently);
      await nats.kill(signal);
      await vi.waitFor(() => expect(transport.connected()).toBe(false), patiently);
      const before = taken.length;
      await nats.restart();
      await vi.waitFor(() => expect(taken.length).toBeGreaterThan(before + 50), patiently);
      goOn = false;
      await publishing;
      const missing = (of: Set<number>) => taken.filter((n) => !of.has(n));
      await vi.waitFor(() => expect([missing(heard), missing(tail)]).toEqual([[], []]), patiently);
      await vi.waitFor(() => expect(transport.connected()).toBe(true), patiently);
      expect(said.at(-1)).toBe('the broker answers again');
    },
  );

  it('waits for a server that is away at the start, and says so once', async () => {
    await nats.kill();
    const transport = await connect();
    const topic = noteTopic();
    const heard: number[] = [];
    const subscribed = transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
    await vi.waitFor(() => expect(said.length).toBe(1), patiently);
    expect(transport.connected()).toBe(false);
    await nats.restart();
    await subscribed;
    await transport.publish(outgoing(topic, {}, 'a', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual([1]), patiently);
    expect(said).toEqual(['the broker does not answer, trying until it does', 'the broker answers again']);
    expect(transport.connected()).toBe(true);
  });

  it('gives up publishing after a while, and gives up waiting when it is told to', async () => {
    await nats.kill();
    const transport = await connect({ publishTimeoutMs: 300 });
    const topic = noteTopic();
    await expect(transport.publish(outgoing(topic, {}, 'a', { n: 1 }))).rejects.toThrow(Outage);
    const waiting = new AbortController();
    const prepared = transport.prepare([{ topic }], waiting.signal);
    waiting.abort();
    await expect(prepared).rejects.toThrow('aborted');
    expect(transport.connected()).toBe(false);
    await transport.close();
    await nats.restart();
  });

  it('gives what a killed process was doing to another', async () => {
    const transport = await connect();
    const topic = noteTopic(1);
    await transport.prepare([{ topic }]);
    const child = spawn(process.execPath, ['--input-type=module', '-e', holdOn, nats.server, topic.name], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
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
    await two.subscribe({ topic, group: 'a' }, async (message) => void heard.push(`two got ${message.key}`));
    // Longer than a member may be silent: one that did not go on saying that it is there would be out by then.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    held.resolve();
    await vi.waitFor(() => expect(heard.length).toBe(12), patiently);
    await two.publish(...keys.map((key) => outgoing(topic, {}, key, { n: 9 })));
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(18), patiently);
    expect(heard.slice(0, 12).toSorted()).toEqual(
      keys.flatMap((key) => [`one did ${key}`, `one got ${key}`]).toSorted(),
    );
    expect(heard.slice(12).some((line) => line.startsWith('two'))).toBe(true);
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
      open.push(transport);
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

/** A process that takes a message and never finishes it. */
const holdOn = `
  import { connectNats } from '@chasqui/transport';
  import { z } from 'zod';
  const [server, name] = process.argv.slice(1);
  const transport = await connectNats({ servers: [server] });
  const topic = { name, schema: z.unknown(), retentionMs: 3600000, partitions: 1 };
  await transport.subscribe({ topic, group: 'a' }, async (message) => {
    console.log('working on ' + message.value);
    await new Promise(() => undefined);
  });
  console.log('ready');
`;
