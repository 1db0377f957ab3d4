import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order, Report } from '@chasqui/contracts';
import { makeRelayToken } from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { busyboxImage, importBusybox, startEngine, type Engine } from '@chasqui/testbed';
import { whenKafka } from '@chasqui/testbed/when';
import { connectKafka, type Transport } from '@chasqui/transport';
import { orderOf } from './orders/order.fixture.js';
import { ApiDouble, script } from './relay-world.fixture.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

whenKafka('a relay process over Kafka', (brokers) => {
  const log = createLogger({ service: 'test', level: 'silent' });
  let prefix: string;
  let folder: string;
  let token: string;
  let transport: Transport;
  let api: ApiDouble;
  let engine: Engine | undefined;
  const children = new Set<ChildProcess>();

  /** Starts a relay and waits until the API and it know one another. */
  async function start(over: Record<string, string> = {}): Promise<ChildProcess> {
    const before = api.heartbeats.length;
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        CHASQUI_RELAY_TOKEN: token,
        CHASQUI_RELAY_STATE: join(folder, 'state'),
        CHASQUI_RELAY_POLICY: join(folder, 'policy.yaml'),
        CHASQUI_RELAY_SLOTS: '4',
        CHASQUI_HEALTH_PORT: '0',
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_TOPIC_PREFIX: prefix,
        ...(engine && { DOCKER_HOST: engine.dockerHost }),
        ...over,
      },
    });
    children.add(child);
    child.stdout!.on('data', (bytes: Buffer) => logged.push(bytes.toString()));
    child.once('exit', () => children.delete(child));
    await api.until(() => api.heartbeats.slice(before).some(({ nonce }) => nonce === undefined));
    return child;
  }
  const logged: string[] = [];

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  const textOf = (reports: Report[], epoch: number, stream: string) =>
    reports
      .flatMap((report) => ('chunks' in report && report.epoch === epoch ? report.chunks : []))
      .filter((chunk) => chunk.stream === stream)
      .map(({ text }) => text)
      .join('');
  const prints = (order: Order, text: string) => api.until(() => textOf(api.of(order.executionId), 0, 'stdout').includes(text));

  beforeAll(async () => {
    const started = await startEngine();
    if ('unavailable' in started) console.warn(`SKIPPED: what happens to containers of a killed relay: ${started.unavailable}`);
    else engine = started;
    if (engine) await importBusybox(engine.dockerHost);
    prefix = `relay-${randomBytes(4).toString('hex')}.`;
    folder = mkdtempSync(join(tmpdir(), 'chasqui-crash-'));
    writeFileSync(join(folder, 'policy.yaml'), 'executables: [/bin/sh]\n');
    token = makeRelayToken('fra-1');
    transport = await connectKafka({ brokers, prefix, log });
    api = await ApiDouble.listen(transport, token);
  });

  afterAll(async () => {
    for (const child of children) await kill(child, 'SIGKILL');
    await transport.close();
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs orders, and ends well when told to', async () => {
    const relay = await start();
    const reports = await api.ask(script('echo hello'));
    expect(textOf(reports, 0, 'stdout')).toBe('hello\n');
    await kill(relay, 'SIGTERM');
    expect(relay.exitCode).toBe(0);
    expect(api.heartbeats.at(-1)!.draining).toBe(true);
  });

  it('says, after kill -9, that the end of a process cannot be known, and does not start it again', async () => {
    const relay = await start();
    const marks = join(folder, 'marks-process');
    const order = orderOf(script(`echo x >> ${marks}; echo begun; sleep 3`));
    await api.send(order);
    await prints(order, 'begun');
    await kill(relay, 'SIGKILL');
    const next = await start();
    const reports = await api.endOf(order);
    expect(reports.at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'unknown', detail: expect.stringContaining('went on running') } });
    expect(readFileSync(marks, 'utf8')).toBe('x\n');
    await kill(next, 'SIGTERM');
  });

  it('says so, too, when the process ended meanwhile', async () => {
    const relay = await start();
    const done = join(folder, 'done');
    const order = orderOf(script(`echo begun; sleep 0.5; touch ${done}`));
    await api.send(order);
    await prints(order, 'begun');
    await kill(relay, 'SIGKILL');
    while (!existsSync(done)) await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await start();
    expect((await api.endOf(order)).at(-1)).toMatchObject({ outcome: { kind: 'unknown', detail: expect.stringContaining('while the relay was away') } });
    await kill(next, 'SIGTERM');
  });

  it('stops at its timeout what an earlier process started', async () => {
    const relay = await start();
    const order = orderOf(script('echo begun; sleep 300', { timeoutMs: 3000 }));
    await api.send(order);
    await prints(order, 'begun');
    await kill(relay, 'SIGKILL');
    const next = await start();
    expect((await api.endOf(order)).at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'timed-out' } });
    await kill(next, 'SIGTERM');
  });

  it('starts after a restart what was waiting for a slot', async () => {
    const relay = await start({ CHASQUI_RELAY_SLOTS: '1' });
    const [runs, waits] = [orderOf(script('echo begun; sleep 1')), orderOf(script('echo late but well'))];
    await api.send(runs);
    await prints(runs, 'begun');
    await api.send(waits);
    await api.until(() => api.heartbeats.at(-1)!.inFlight === 2);
    await kill(relay, 'SIGKILL');
    const next = await start();
    const reports = await api.endOf(waits);
    expect([textOf(reports, 0, 'stdout'), reports.at(-1)]).toMatchObject(['late but well\n', { outcome: { kind: 'exited', exitCode: 0 } }]);
    await api.endOf(runs);
    await kill(next, 'SIGTERM');
  });

  it('starts no order twice and ends each of them, killed at any moment', async () => {
    const marks = join(folder, 'marks');
    const orders = Array.from({ length: 40 }, (_, i) => orderOf(script(`echo ${i} >> ${marks}; sleep 0.${i % 5}`, { timeoutMs: 60_000 })));
    let relay = await start();
    for (const [i, order] of orders.entries()) {
      await api.send(order);
      if (i % 10 !== 9) continue;
      await new Promise((resolve) => setTimeout(resolve, 10 * i));
      await kill(relay, 'SIGKILL');
      relay = await start();
    }
    await Promise.all(orders.map((order) => api.endOf(order)));
    const started = readFileSync(marks, 'utf8').trim().split('\n');
    expect(new Set(started).size).toBe(started.length);
    for (const [i, order] of orders.entries()) {
      const ends = api.of(order.executionId).filter((report) => report.kind === 'finished');
      // A report may come twice; it says the same then.
      expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
      if (!started.includes(String(i))) expect(ends[0]!.outcome.kind).toBe('unknown');
    }
    await kill(relay, 'SIGTERM');
  });

  describe('with containers', () => {
    const inContainer = (text: string, over: Partial<Order> = {}) => orderOf({ image: busyboxImage, executable: ['/bin/sh', '-c', text], ...over });

    it('adopts what still runs, reads its output anew and tells its true end', async (context) => {
      if (!engine) return context.skip();
      const relay = await start();
      const order = inContainer('echo before; echo to-stderr >&2; sleep 3; echo after; exit 7');
      await api.send(order);
      await prints(order, 'before');
      await kill(relay, 'SIGKILL');
      const next = await start();
      const reports = await api.endOf(order);
      expect(reports.at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'exited', exitCode: 7 } });
      expect([textOf(reports, 1, 'stdout'), textOf(reports, 1, 'stderr')]).toEqual(['before\nafter\n', 'to-stderr\n']);
      await kill(next, 'SIGTERM');
    });

    it('tells how a container ended while it was away', async (context) => {
      if (!engine) return context.skip();
      const relay = await start();
      const order = inContainer('echo before; sleep 0.5; echo after; exit 9');
      await api.send(order);
      await prints(order, 'before');
      await kill(relay, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const next = await start();
      const reports = await api.endOf(order);
      expect(reports.at(-1)).toMatchObject({ outcome: { kind: 'exited', exitCode: 9 } });
      expect(textOf(reports, 1, 'stdout')).toBe('before\nafter\n');
      await kill(next, 'SIGTERM');
    });
  });
});
