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
import { askEngine, busyboxImage, importBusybox, startEngine, type Engine } from '@chasqui/testbed';
import { whenKafka } from '@chasqui/testbed/when';
import { connectKafka, type Transport } from '@chasqui/transport';
import { executionName } from './drivers/execution-name.js';
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
        ...(engine && { DOCKER_HOST: engine.dockerHost, CHASQUI_DOCKER_ASSISTANT: busyboxImage }),
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
  const logs = async (text: string) => {
    while (!logged.join('').includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

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
  const prints = (order: Order, text: string) =>
    api.until(() => textOf(api.of(order.executionId), 0, 'stdout').includes(text));

  beforeAll(async () => {
    const started = await startEngine();
    if ('unavailable' in started)
      console.warn(`SKIPPED: what happens to containers of a killed relay: ${started.unavailable}`);
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

  it('reads its policy again on SIGHUP', async () => {
    const relay = await start();
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, '# Nothing\nexecutables: []\n');
    relay.kill('SIGHUP');
    await logs('the policy has changed');
    expect(await api.ask(script('true'))).toMatchObject([
      { detail: expect.stringMatching(/^policy line 2: /) },
    ]);
    writeFileSync(file, 'executables: [/bin/sh]\n');
    await kill(relay, 'SIGTERM');
  });

  describe('killed in the middle of everything, and started again', () => {
    const file = (name: string) => join(folder, name);
    /** A script that goes on until the test makes a file. */
    const untilFile = (name: string) => `while [ ! -e ${file(name)} ]; do sleep 0.05; done`;
    /** A container that goes on until it is sent SIGUSR1. */
    const untilSignal = (exitCode: number) =>
      orderOf({
        image: busyboxImage,
        timeoutMs: 60_000,
        executable: [
          '/bin/sh',
          '-c',
          `trap 'echo after; exit ${exitCode}' USR1; echo begun; echo to-stderr >&2; while :; do sleep 0.1; done`,
        ],
      });
    const signalled = (order: Order) =>
      askEngine(engine!.dockerHost, 'POST', `/containers/${executionName(order)}/kill?signal=USR1`);
    /** Containers that were started ahead and wait, or have ended waiting. */
    const waiting = async () => {
      const filters = encodeURIComponent(JSON.stringify({ name: ['chasqui-warm-'] }));
      const path = `/containers/json?all=1&filters=${filters}`;
      const { text } = await askEngine(engine!.dockerHost, 'GET', path);
      return (JSON.parse(text) as { Id: string }[]).map(({ Id }) => Id);
    };
    /** From now on there is one for the first order that is like this one. */
    const warmUp = async () => {
      const order = orderOf({ image: busyboxImage, executable: ['/bin/true'] });
      await api.send(order);
      await api.endOf(order);
      while ((await waiting()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const wasWarm = async (order: Order) =>
      (await askEngine(engine!.dockerHost, 'GET', `/containers/${executionName(order)}/json`)).text.includes(
        '"dev.chasqui.warm"',
      );
    let warm: boolean[] = [];
    let left: string[] = [];
    const isRunning = async (order: Order) =>
      (await askEngine(engine!.dockerHost, 'GET', `/containers/${executionName(order)}/json`)).text.includes(
        '"Running":true',
      );

    const orders = {
      outlives: () =>
        orderOf(
          script(`echo x >> ${file('starts')}; echo begun; ${untilFile('outlives')}`, { timeoutMs: 60_000 }),
        ),
      ends: () =>
        orderOf(script(`echo begun; ${untilFile('ends')}; touch ${file('ended')}`, { timeoutMs: 60_000 })),
      tooLong: () => orderOf(script('echo begun; sleep 300', { timeoutMs: 20_000 })),
      containerRuns: () =>
        engine ? untilSignal(7) : orderOf(script('echo begun; sleep 300', { timeoutMs: 20_000 })),
      containerEnds: () =>
        engine ? untilSignal(9) : orderOf(script('echo begun; sleep 300', { timeoutMs: 20_000 })),
    };
    let given: Record<keyof typeof orders, Order>;
    let waits: Order;

    beforeAll(async () => {
      given = Object.fromEntries(
        Object.entries(orders).map(([name, make]) => [name, make()]),
      ) as typeof given;
      waits = orderOf(script('echo late but well'));
      const relay = await start({ CHASQUI_RELAY_SLOTS: '5' });
      if (engine) await warmUp();
      for (const order of Object.values(given)) await api.send(order);
      for (const order of Object.values(given)) await prints(order, 'begun');
      await api.send(waits);
      await logs(`"execution":"${waits.executionId}"`);
      if (engine) warm = await Promise.all([given.containerRuns, given.containerEnds].map(wasWarm));
      await kill(relay, 'SIGKILL');
      if (engine) left = await waiting();

      writeFileSync(file('ends'), '');
      while (!existsSync(file('ended'))) await new Promise((resolve) => setTimeout(resolve, 20));
      if (engine) {
        await signalled(given.containerEnds);
        while (await isRunning(given.containerEnds)) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await start();
    });
    afterAll(() => Promise.all([...children].map((child) => kill(child, 'SIGTERM'))));

    it('starts what was waiting for a slot', async () => {
      const reports = await api.endOf(waits);
      expect(reports.at(-1)).toMatchObject({ outcome: { kind: 'exited', exitCode: 0 } });
      expect(textOf(reports, 0, 'stdout')).toBe('late but well\n');
    });

    it('says of a process that ended meanwhile that its end cannot be known', async () => {
      expect((await api.endOf(given.ends)).at(-1)).toMatchObject({
        epoch: 1,
        outcome: { kind: 'unknown', detail: expect.stringContaining('ended while the relay was away') },
      });
    });

    it('waits for a process that went on, says that its end is unknown, and has not started it again', async () => {
      await api.until(
        () => api.of(given.outlives.executionId).filter(({ kind }) => kind === 'started').length === 2,
      );
      writeFileSync(file('outlives'), '');
      expect((await api.endOf(given.outlives)).at(-1)).toMatchObject({
        epoch: 1,
        outcome: { kind: 'unknown', detail: expect.stringContaining('went on running') },
      });
      expect(readFileSync(file('starts'), 'utf8')).toBe('x\n');
    });

    it('adopts a container that went on, reads its output anew and tells its true end', async (context) => {
      if (!engine) return context.skip();
      await api.until(() => textOf(api.of(given.containerRuns.executionId), 1, 'stdout').includes('begun'));
      await signalled(given.containerRuns);
      const reports = await api.endOf(given.containerRuns);
      expect(reports.at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'exited', exitCode: 7 } });
      expect([textOf(reports, 1, 'stdout'), textOf(reports, 1, 'stderr')]).toEqual([
        'begun\nafter\n',
        'to-stderr\n',
      ]);
    });

    it('had started one of the containers ahead, and removes those that still waited', async (context) => {
      if (!engine) return context.skip();
      expect(warm).toContain(true);
      while ((await waiting()).some((id) => left.includes(id)))
        await new Promise((resolve) => setTimeout(resolve, 20));
    });

    it('tells how a container ended meanwhile', async (context) => {
      if (!engine) return context.skip();
      const reports = await api.endOf(given.containerEnds);
      expect(reports.at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'exited', exitCode: 9 } });
      expect(textOf(reports, 1, 'stdout')).toBe('begun\nafter\n');
    });

    it('stops at its timeout a process that went on', async () => {
      expect((await api.endOf(given.tooLong)).at(-1)).toMatchObject({
        epoch: 1,
        outcome: { kind: 'timed-out' },
      });
    });
  });

  it('stops, killed before it could, what it was to stop', { timeout: 90_000 }, async () => {
    const relay = await start();
    const stubborn = 'trap "" TERM; echo begun; while :; do sleep 0.1; done';
    const order = orderOf(script(stubborn, { timeoutMs: 60_000, stopGraceMs: 3_000 }));
    await api.send(order);
    await prints(order, 'begun');
    const { executionId, runId, attempt, startBy } = order;
    const about = { relay: order.relay, runId, executionId, attempt, startBy };
    await api.send({ kind: 'cancel', ...about, issuedAt: Date.now(), by: 'ann' });
    const journal = () => readFileSync(join(folder, 'state', 'journal'), 'utf8');
    while (!journal().includes(`"kind":"cancelling","execution":"${executionId}"`))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await kill(relay, 'SIGKILL');
    expect(api.of(executionId).some(({ kind }) => kind === 'finished')).toBe(false);
    const next = await start();
    expect((await api.endOf(order)).at(-1)).toMatchObject({ epoch: 1, outcome: { kind: 'cancelled' } });
    await kill(next, 'SIGTERM');
  });

  it('starts no order twice and ends each of them, killed at any moment', { timeout: 90_000 }, async () => {
    const marks = join(folder, 'marks');
    const orders = Array.from({ length: 30 }, (_, i) =>
      orderOf(script(`echo ${i} >> ${marks}; sleep 0.${i % 5}`, { timeoutMs: 60_000 })),
    );
    let relay = await start();
    for (const [i, order] of orders.entries()) {
      await api.send(order);
      if (i % 10 !== 9) continue;
      await new Promise((resolve) => setTimeout(resolve, 15 * i));
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
});
