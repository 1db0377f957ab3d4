import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderOf } from './orders/order.fixture.js';
import { kinds, last, printed, RelayWorld, script } from './relay-world.fixture.js';

describe('how a relay begins and stops', () => {
  it('starts nothing before it knows the time of the API', async () => {
    await using world = await RelayWorld.open({}, { answers: false });
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.until(() => world.api.heartbeats.some(({ inFlight }) => inFlight === 1));
    expect(world.api.reports).toEqual([]);
    world.api.answers = true;
    expect(kinds(await world.api.endOf(order))).toEqual(['started', 'finished']);
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
        const order = orderOf(script(`touch ${world.folder}/ran # ${'x'.repeat(20_000)}`));
        await world.api.send(order);
        const refused = await world.api.endOf(order);
        expect(refused).toMatchObject([{ kind: 'refused', code: 'journal-full' }]);
        expect(existsSync(`${world.folder}/ran`)).toBe(false);
        rmSync(join(disk, 'ballast'));
        expect(kinds(await world.api.ask(script('true')))).toEqual(['started', 'finished']);
        // The same order, brought again now that there is room.
        await world.api.send(order);
        await world.api.until(() => world.api.of(order.executionId).length === 2);
        expect(world.api.of(order.executionId)[1]).toMatchObject({ kind: 'refused', code: 'journal-full' });
        expect(existsSync(`${world.folder}/ran`)).toBe(false);
      } finally {
        execFileSync('umount', [disk]);
        rmSync(disk, { recursive: true });
      }
    },
  );
});
