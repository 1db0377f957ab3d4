import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Outage } from '@chasqui/contracts';
import { expect, it, vi } from 'vitest';
import type { BusSettings } from './connect-bus.js';
import { keepBroker, losesNothing, type AwayTests, type Broker } from './contract/broker-of-ours.fixture.js';
import { noteTopic } from './contract/note-topic.fixture.js';
import { outgoing } from './outgoing.js';

/**
 * What every transport over a broker promises of one that comes and goes.
 * @param start a broker of the tests' own, and how it is reached
 */
export function brokerAwayContract(
  start: () => Promise<{ readonly broker: Broker; readonly settings: BusSettings }>,
): AwayTests<Broker> {
  const tests = keepBroker(start);
  const { said, patiently, connect } = tests;

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses nothing that it took when the broker ends by %s and comes back',
    async (signal) => {
      let back = 0;
      const transport = await losesNothing(tests, async (goesOn, _, publisher) => {
        publisher.whenBack(() => back++);
        await tests.broker().kill(signal);
        await tests.broker().restart();
        await goesOn();
      });
      await vi.waitFor(() => expect(transport.connected()).toBe(true), patiently);
      expect(said.slice(-1)).toEqual(['the broker answers again']);
      expect(said.filter((line) => line === 'the broker answers again').length).toBe(back);
    },
  );

  it('waits for a broker that is away at the start, and says so once', async () => {
    await tests.broker().kill('SIGTERM');
    const transport = await connect();
    const topic = noteTopic();
    const heard: number[] = [];
    const subscribed = transport.subscribe({ topic, group: 'a' }, async (_, { n }) => void heard.push(n));
    await vi.waitFor(() => expect(said.length).toBe(1), patiently);
    expect(transport.connected()).toBe(false);
    await tests.broker().restart();
    await subscribed;
    await transport.publish(outgoing(topic, {}, 'a', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual([1]), patiently);
    expect(said).toEqual(['the broker does not answer, trying until it does', 'the broker answers again']);
    expect(transport.connected()).toBe(true);
  });

  it('gives up publishing after a while, and gives up waiting when it is told to', async () => {
    await tests.broker().kill('SIGTERM');
    const transport = await connect({ publishTimeoutMs: 300 });
    const topic = noteTopic();
    await expect(transport.publish(outgoing(topic, {}, 'a', { n: 1 }))).rejects.toThrow(Outage);
    const waiting = new AbortController();
    const prepared = transport.prepare([{ topic }], waiting.signal);
    waiting.abort();
    await expect(prepared).rejects.toThrow('aborted');
    expect(transport.connected()).toBe(false);
    await transport.close();
    await tests.broker().restart();
  });

  it('gives what a killed process was doing to another', async () => {
    const transport = await connect();
    const topic = noteTopic(1);
    await transport.prepare([{ topic }]);
    const words = ['--input-type=module', '-e', holdOn, JSON.stringify(tests.settings()), topic.name];
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

  return tests;
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
