import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finished, Report } from '@chasqui/contracts';
import { makeRelayToken, keysOf, readRelayToken, seal } from '@chasqui/sealing';
import { orderOf } from './orders/order.fixture.js';
import { last, printed, RelayWorld, script } from './relay-world.fixture.js';

const kinds = (reports: Report[]) => reports.map(({ kind }) => kind);
describe('a relay', () => {
  it('runs an order and reports its start, its output and its end', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(
      script('echo out; echo err >&2; sleep 0.3; printf later; exit 3', { env: { A: 'b' } }),
    );
    expect(kinds(reports)).toEqual(['started', 'output', 'finished']);
    expect([printed(reports, 'stdout'), printed(reports, 'stderr')]).toEqual(['out\nlater', 'err\n']);
    expect(last(reports)).toMatchObject({
      relay: 'fra-1',
      epoch: 0,
      outcome: { kind: 'exited', exitCode: 3 },
      outputBytes: 13,
      droppedBytes: 0,
    });
  });

  it('says when it lives by the API’s clock, as soon as it knows that', async () => {
    await using world = await RelayWorld.open({ heartbeatMs: 60_000 }, { clockAhead: 3_600_000 });
    await world.api.until(() => world.api.heartbeats.some(({ at }) => at !== undefined));
    const [first, second] = world.api.heartbeats;
    expect([first!.at, first!.nonce]).toEqual([undefined, expect.any(String)]);
    expect(second!.at! - second!.sentAt).toBeGreaterThan(3_590_000);
  });

  it('says that it lives as soon as a broker is back that was away', async () => {
    await using world = await RelayWorld.open({ heartbeatMs: 3_600_000 });
    await world.api.until(() => world.api.heartbeats.some(({ at }) => at !== undefined));
    const before = world.api.heartbeats.length;
    const backAt = Date.now();
    world.brokerIsBack();
    await world.api.until(() => world.api.heartbeats.length > before);
    expect(world.api.heartbeats[before]!.sentAt).toBeGreaterThanOrEqual(backAt);
  });

  it('takes orders that were sealed with the token it had before, and reports with the one it has', async () => {
    const before = makeRelayToken('fra-1');
    await using world = await RelayWorld.open({ previousSecret: readRelayToken(before)!.secret });
    const order = orderOf({ relay: 'fra-1', ...script('echo hi') });
    await world.api.sendWith(before, order);
    expect(last(await world.api.endOf(order))).toMatchObject({ kind: 'finished' });
    await world.api.sendWith(makeRelayToken('fra-1'), { ...order, executionId: 'x' });
    await world.api.until(() => world.api.deadLetters.length === 1);
    expect(world.api.deadLetters).toMatchObject([{ reason: 'unsealed' }]);
  });

  it('tells a command how to reach the store, where it may and can', async () => {
    // In halves, because whole it would be masked.
    const order = () =>
      script('t=$CHASQUI_STORE_TOKEN; echo "$CHASQUI_API_URL ${t%.c} ${t#a.}"', { storeToken: 'a.b.c' });
    await using near = await RelayWorld.open({ apiUrl: 'http://127.0.0.1:7400' });
    expect(printed(await near.api.ask(order()), 'stdout')).toBe('http://127.0.0.1:7400 a.b b.c\n');
    await using far = await RelayWorld.open();
    expect(printed(await far.api.ask(order()), 'stdout')).toBe('  \n');
  });

  it('numbers the chunks of all streams and reports in one row', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(
      script('for i in 1 2 3 4; do echo $i; echo $i >&2; sleep 0.08; done'),
    );
    const seqs = reports.flatMap((report) => ('chunks' in report ? report.chunks.map(({ seq }) => seq) : []));
    expect(seqs).toEqual(seqs.map((_, i) => i));
  });

  it('says what the API should know of it, and learns its clock', async () => {
    await using world = await RelayWorld.open(
      { tags: ['dc=fra', 'gpu'], slots: 3 },
      { clockAhead: 3_600_000 },
    );
    await world.api.until(() => world.api.heartbeats.some(({ nonce }) => nonce === undefined));
    const [first, ...others] = world.api.heartbeats;
    const { clockOffsetMs } = others.find(({ at }) => at !== undefined)!;
    expect(clockOffsetMs).toBeLessThan(-3_500_000);
    expect(first).not.toHaveProperty('clockOffsetMs');
    expect(first).toMatchObject({
      relay: 'fra-1',
      tags: ['dc=fra', 'gpu'],
      drivers: ['process'],
      slots: 3,
      inFlight: 0,
      draining: false,
      version: '0.1.0',
    });
    expect(first!.platform).toMatch(/^linux\/(amd64|arm64)$/);
    expect(new Set([first, ...others].map((h) => h!.instance)).size).toBe(1);
    const [started] = await world.api.ask(script('true', { startBy: Date.now() + 3_660_000 }));
    expect(started!.at - Date.now()).toBeGreaterThan(3_500_000);
    expect(world.lines.some(({ msg }) => String(msg).includes('more than 2 s'))).toBe(true);
  });

  it('starts nothing before it knows the time of the API', async () => {
    await using world = await RelayWorld.open({}, { answers: false });
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.until(() => world.api.heartbeats.some(({ inFlight }) => inFlight === 1));
    expect(world.api.reports).toEqual([]);
    world.api.answers = true;
    expect(kinds(await world.api.endOf(order))).toEqual(['started', 'finished']);
  });

  it('refuses what comes too late, by the clock of the API', async () => {
    await using world = await RelayWorld.open({}, { clockAhead: 120_000 });
    await world.api.until(() => world.api.heartbeats.some(({ nonce }) => nonce === undefined));
    const reports = await world.api.ask(script('true', { startBy: Date.now() + 60_000 }));
    expect(reports).toMatchObject([{ kind: 'refused', code: 'order-late' }]);
  });

  it('does not run an order twice, however often it comes, and tells its end again', async () => {
    await using world = await RelayWorld.open();
    const marks = join(world.folder, 'marks');
    const order = orderOf(script(`echo x >> ${marks}; sleep 0.2`));
    await Promise.all([world.api.send(order), world.api.send(order)]);
    await world.api.endOf(order);
    // The journal settles an execution when its last report has arrived, which is a moment after we have it.
    for (
      let n = 0;
      world.api.reports.filter(({ kind }) => kind === 'finished').length < 2 && n < 100;
      n += 1
    ) {
      await world.api.send(order);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ends = world.api.reports.filter((report): report is Finished => report.kind === 'finished');
    expect(ends.length).toBeGreaterThanOrEqual(2);
    expect(ends[1]).toEqual(ends[0]);
    expect(readFileSync(marks, 'utf8')).toBe('x\n');
    expect(world.api.reports.some(({ kind }) => kind === 'refused')).toBe(false);
  });

  it('runs another attempt of the same execution', async () => {
    await using world = await RelayWorld.open();
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.endOf(order);
    await world.api.send({ ...order, attempt: 2 });
    await world.api.until(() => world.api.reports.some((r) => r.kind === 'finished' && r.attempt === 2));
  });

  it('parks what was not sealed for it, and runs nothing of it', async () => {
    await using world = await RelayWorld.open();
    const other = readRelayToken(makeRelayToken('fra-1'))!;
    const order = orderOf(script(`touch ${world.folder}/ran`));
    const { keys } = world.api;
    const foreign = [
      seal(order, 'fra-1', 'to-relay', (await keysOf('fra-1', other.secret)).orders),
      seal(order, 'ams-1', 'to-relay', keys.orders),
      seal(order, 'fra-1', 'from-relay', keys.orders),
      seal({ ...order, relay: 'ams-1' }, 'fra-1', 'to-relay', keys.orders),
      'aaaa.bbbb.cccc.dddd.eeee',
    ];
    for (const sealed of foreign) await world.api.sendSealed(sealed);
    await world.api.sendSealed(seal({ kind: 'order', nonsense: true }, 'fra-1', 'to-relay', keys.orders));
    await world.api.sendSealed('no sealed text at all');
    await world.api.until(() => world.api.deadLetters.length === 7);
    expect(world.api.deadLetters.map(({ reason }) => reason).sort()).toEqual([
      'malformed',
      'malformed',
      ...Array<string>(5).fill('unsealed'),
    ]);
    expect(kinds(await world.api.ask(script('true')))).toEqual(['started', 'finished']);
    expect(existsSync(`${world.folder}/ran`)).toBe(false);
  });

  it('refuses what its policy does not allow, naming what it does', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask({ executable: ['/usr/bin/id'] });
    expect(reports).toMatchObject([
      {
        kind: 'refused',
        code: 'policy',
        detail: 'policy, executables: only /bin/sh and /usr/bin/printf may be started, not /usr/bin/id',
      },
    ]);
  });

  it('says that it has no driver for an order', async () => {
    await using world = await RelayWorld.open({ drivers: ['process', 'docker'] });
    const reports = await world.api.ask({ image: 'busybox', executable: [] });
    expect(reports).toMatchObject([
      { kind: 'refused', code: 'no-driver', detail: expect.stringContaining('no container engine answers') },
    ]);
  });

  it('says that a program is missing', async () => {
    await using world = await RelayWorld.open({ drivers: ['process'] });
    rmSync(join(world.folder, 'gone'), { force: true });
    const reports = await world.api.ask(script('exec /nowhere/at-all'));
    expect(last(reports)).toMatchObject({ outcome: { kind: 'exited', exitCode: 127 } });
  });

  it('stops what takes too long, and keeps what it printed', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(script('echo begun; sleep 300', { timeoutMs: 300 }));
    expect(last(reports)).toMatchObject({ kind: 'finished', outcome: { kind: 'timed-out' } });
    expect(printed(reports, 'stdout')).toBe('begun\n');
  });

  it('runs no more at once than it has slots, and the others in their order', async () => {
    await using world = await RelayWorld.open({ slots: 2 });
    const track = join(world.folder, 'track');
    const orders = Array.from({ length: 6 }, (_, i) =>
      orderOf(script(`echo +${i} >> ${track}; sleep 0.3; echo - >> ${track}`)),
    );
    for (const [i, order] of orders.entries()) {
      await world.api.send(order);
      await world.api.until(
        () =>
          world.api.heartbeats.at(-1)?.inFlight === i + 1 ||
          world.api.reports.some(({ kind }) => kind === 'finished'),
      );
    }
    await Promise.all(orders.map((order) => world.api.endOf(order)));
    const events = readFileSync(track, 'utf8').trim().split('\n');
    let now = 0;
    expect(Math.max(...events.map((event) => (now += event === '-' ? -1 : 1)))).toBe(2);
    const starts = world.api.reports
      .filter(({ kind }) => kind === 'started')
      .map(({ executionId }) => executionId);
    expect(starts.toSorted()).toEqual(orders.map(({ executionId }) => executionId).toSorted());
    expect(starts[0]).toBe(orders[0]!.executionId);
    expect(starts.at(-1)).toBe(orders.at(-1)!.executionId);
  });

  it('lets an order die that waited too long for a slot', async () => {
    await using world = await RelayWorld.open({ slots: 1 });
    const first = orderOf(script('sleep 1'));
    await world.api.send(first);
    await world.api.until(() => world.api.reports.length > 0);
    const reports = await world.api.ask(script('true', { startBy: Date.now() + 200 }));
    expect(reports).toMatchObject([{ kind: 'refused', code: 'order-late' }]);
    await world.api.endOf(first);
  });

  it('goes on while the broker is away, and tells everything in order when it is back', async () => {
    await using world = await RelayWorld.open();
    const publish = world.transport.publish.bind(world.transport);
    let away = true;
    world.transport.publish = (...messages) =>
      away && messages[0]!.topic === 'relay.reports'
        ? Promise.reject(new Error('away'))
        : publish(...messages);
    const marks = join(world.folder, 'marks');
    const order = orderOf(script(`echo one; sleep 0.3; echo two; echo x > ${marks}`));
    await world.api.send(order);
    while (!existsSync(marks)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(world.api.reports).toEqual([]);
    away = false;
    const reports = await world.api.endOf(order);
    expect(kinds(reports)).toEqual(['started', 'output', 'finished']);
    expect(printed(reports, 'stdout')).toBe('one\ntwo\n');
  });

  it('lets what runs end when it is told to stop, and refuses what waits and what comes', async () => {
    await using world = await RelayWorld.open({ slots: 1 });
    const go = join(world.folder, 'go');
    const runs = orderOf(script(`until [ -e ${go} ]; do sleep 0.05; done; echo ended`));
    const waits = orderOf(script('true'));
    await world.api.send(runs);
    await world.api.send(waits);
    await world.api.until(() => world.api.heartbeats.some(({ inFlight }) => inFlight === 2));
    const stopping = world.stop();
    await world.api.until(() => world.api.heartbeats.some(({ draining }) => draining));
    const comes = await world.api.ask(script('true'));
    writeFileSync(go, '');
    await stopping;
    expect(last(await world.api.endOf(runs))).toMatchObject({ outcome: { kind: 'exited', exitCode: 0 } });
    for (const reports of [comes, await world.api.endOf(waits)])
      expect(reports).toMatchObject([{ kind: 'refused', code: 'relay-stopping' }]);
  });

  it('cancels what runs longer than the grace', async () => {
    await using world = await RelayWorld.open({ graceMs: 200 });
    const order = orderOf(script('echo begun; sleep 300'));
    await world.api.send(order);
    await world.api.until(() => world.api.reports.length > 0);
    await world.stop();
    expect(last(await world.api.endOf(order))).toMatchObject({ outcome: { kind: 'cancelled' } });
  });

  it('takes up after a restart what it had not begun', async () => {
    await using world = await RelayWorld.open({}, { answers: false });
    const order = orderOf(script('echo after'));
    await world.api.send(order);
    await world.api.until(() => world.api.heartbeats.some(({ inFlight }) => inFlight === 1));
    // A copy of the journal, as a crash would have left it.
    const crashed = mkdtempSync(join(tmpdir(), 'chasqui-crashed-'));
    writeFileSync(join(crashed, 'journal'), readFileSync(join(world.folder, 'journal')));
    await world.stop();
    world.api.reports.length = 0;
    world.api.answers = true;
    await world.start({ stateFolder: crashed });
    const reports = await world.api.endOf(order);
    expect([kinds(reports), printed(reports, 'stdout')]).toEqual([['started', 'finished'], 'after\n']);
    await world.stop();
    rmSync(crashed, { recursive: true });
  });

  it.runIf(process.getuid?.() === 0)(
    'refuses orders when its disk is full, and takes them again when there is room',
    async () => {
      const disk = mkdtempSync(join(tmpdir(), 'chasqui-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
      try {
        await using world = await RelayWorld.open({ stateFolder: disk });
        writeFileSync(join(disk, 'ballast'), Buffer.alloc(44 * 1024));
        const refused = await world.api.ask(script(`touch ${world.folder}/ran # ${'x'.repeat(20_000)}`));
        expect(refused).toMatchObject([{ kind: 'refused', code: 'journal-full' }]);
        expect(existsSync(`${world.folder}/ran`)).toBe(false);
        rmSync(join(disk, 'ballast'));
        expect(kinds(await world.api.ask(script('true')))).toEqual(['started', 'finished']);
      } finally {
        execFileSync('umount', [disk]);
        rmSync(disk, { recursive: true });
      }
    },
  );

  it('writes the run on every line about it', async () => {
    await using world = await RelayWorld.open();
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.endOf(order);
    const lines = world.lines.filter(({ execution }) => execution === order.executionId);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'an order was taken',
      'an execution started',
      'an execution finished',
    ]);
    expect(lines.every(({ runId }) => runId === order.runId)).toBe(true);
  });
});
