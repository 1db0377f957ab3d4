import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fileLimits, Report, type FilePart, type Order } from '@chasqui/contracts';
import { open } from '@chasqui/sealing';
import { orderOf } from './orders/order.fixture.js';
import { memoryHeld } from './memory-held.fixture.js';
import { kinds, last, RelayWorld, script } from './relay-world.fixture.js';

const { outCount: count, outFileBytes: fileBytes, outAllBytes: allBytes } = fileLimits;
const filesOut = { path: '/files/out', count, fileBytes, allBytes };
const leaves = (text: string) => orderOf(script(`cd "$CHASQUI_FILES_OUT"; ${text}`, { filesOut }));
/** Of two parts, of one, and of none but a name. */
const three = 'head -c 300000 /dev/zero >big; echo a,b >csv; : >empty';
const whole = { big: '\0'.repeat(300_000), csv: 'a,b\n', empty: '' };

/** The files of the last epoch that was reported of, those that came whole. */
function filesOf(reports: Report[]): Record<string, string> {
  const parts = reports.filter((report): report is FilePart => report.kind === 'file');
  const epoch = Math.max(...parts.map((part) => part.epoch));
  const names = new Set(parts.map(({ name }) => name));
  const whole = [...names].map((name) => {
    const its = new Map(
      parts.filter((part) => part.name === name && part.epoch === epoch).map((one) => [one.part, one]),
    );
    const all = [...its.values()].toSorted((a, b) => a.part - b.part);
    if (all.length !== all[0]?.parts) return [];
    return [[name, Buffer.concat(all.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1')]];
  });
  return Object.fromEntries(whole.flat() as [string, string][]);
}

/** Lets reports through to the broker until one that `stops` names: that one and all behind it wait until it is `open` again. */
function gate(world: RelayWorld, stops: (report: Report) => boolean) {
  const publish = world.transport.publish.bind(world.transport);
  const state = { open: false, reached: false };
  const reportIn = (value: string) =>
    Report.parse(open(JSON.parse(value) as string, 'fra-1', 'from-relay', world.api.keys.reports));
  world.transport.publish = (...messages) => {
    if (state.open || messages[0]!.topic !== 'relay.reports') return publish(...messages);
    if (!state.reached && !messages.some(({ value }) => stops(reportIn(value)))) return publish(...messages);
    state.reached = true;
    return Promise.reject(new Error('away'));
  };
  return state;
}

const until = async (holds: () => boolean) => {
  while (!holds()) await delay(10);
};

/** What a relay has on its disk now, as `kill -9` would leave it; without the lock, which its process holds. */
function stateAsItIs(world: RelayWorld): string {
  const copy = mkdtempSync(join(tmpdir(), 'chasqui-crashed-'));
  cpSync(world.folder, copy, { recursive: true });
  rmSync(join(copy, 'lock'), { force: true });
  return copy;
}

/** Ends the relay that was to have been killed, and starts the next one on what it left. */
async function startAgain(world: RelayWorld, crashed: string): Promise<void> {
  await world.stop();
  world.api.reports.length = 0;
  await world.start({ stateFolder: crashed });
}

const keptIn = (folder: string) => readdirSync(join(folder, 'kept'));

describe('files that a command leaves', () => {
  it('come before its end, and nothing is kept of them once they have arrived', async () => {
    await using world = await RelayWorld.open();
    const order = leaves(three);
    await world.api.send(order);
    const reports = await world.api.endOf(order);
    expect(filesOf(reports)).toEqual(whole);
    expect(kinds(reports)).toEqual(['started', 'file', 'file', 'file', 'file', 'finished']);
    await until(() => keptIn(world.folder).length === 0);
  });

  const isPart = (name: string, part: number) => (report: Report) =>
    report.kind === 'file' && report.name === name && report.part === part;
  it.each([
    ['before the first part was sent', isPart('big', 0)],
    ['between two parts of a file', isPart('big', 1)],
    ['between two files', (report: Report) => report.kind === 'file' && report.name !== 'big'],
    ['before its end was sent', (report: Report) => report.kind === 'finished'],
  ])('come whole from the next relay process where this one dies %s', async (_, stops) => {
    await using world = await RelayWorld.open();
    const state = gate(world, stops);
    const order = leaves(`${three}; echo x >>${world.folder}/starts`);
    await world.api.send(order);
    await until(() => state.reached);
    // The driver has removed its own by now.
    await until(() => readdirSync(join(world.folder, 'work')).length === 0);
    const crashed = stateAsItIs(world);
    expect(keptIn(crashed)).toHaveLength(1);
    state.open = true;
    await startAgain(world, crashed);
    const reports = await world.api.endOf(order);
    expect(last(reports)).toMatchObject({
      outcome: { kind: 'exited', exitCode: 0 },
      files: [
        { name: 'big', bytes: 300_000 },
        { name: 'csv', bytes: 4 },
        { name: 'empty', bytes: 0 },
      ],
    });
    expect(filesOf(reports)).toEqual(whole);
    await until(() => keptIn(crashed).length === 0);
    await world.stop();
    rmSync(crashed, { recursive: true });
  });

  it('come from the next relay process where this one dies before the command ended', async () => {
    await using world = await RelayWorld.open();
    const go = join(world.folder, 'go');
    const order = leaves(`echo a,b >csv; until [ -e ${go} ]; do sleep 0.05; done`);
    await world.api.send(order);
    const work = join(world.folder, 'work');
    await until(
      () =>
        existsSync(work) && readdirSync(work, { recursive: true }).some((at) => String(at).endsWith('csv')),
    );
    await until(() => world.api.of(order.executionId).length > 0);
    const crashed = stateAsItIs(world);
    writeFileSync(go, '');
    await world.api.endOf(order);
    await startAgain(world, crashed);
    const reports = await world.api.endOf(order);
    expect(last(reports)).toMatchObject({ epoch: 1, outcome: { kind: 'unknown' }, files: [{ name: 'csv' }] });
    expect(filesOf(reports)).toEqual({ csv: 'a,b\n' });
    await world.stop();
    rmSync(crashed, { recursive: true });
  });

  it('are told as lost, and the end is told, where somebody removed what was kept of them', async () => {
    await using world = await RelayWorld.open();
    const state = gate(world, ({ kind }) => kind === 'file');
    const order = leaves('echo a,b >csv');
    await world.api.send(order);
    await until(() => state.reached);
    const crashed = stateAsItIs(world);
    rmSync(join(crashed, 'kept'), { recursive: true });
    state.open = true;
    await startAgain(world, crashed);
    const reports = await world.api.endOf(order);
    // The API, which is told of a file here, has it nowhere, and says so.
    expect([kinds(reports), filesOf(reports)]).toEqual([['finished'], {}]);
    expect(world.lines.some(({ msg }) => String(msg).startsWith('what was kept of a command is gone'))).toBe(
      true,
    );
    await world.stop();
    rmSync(crashed, { recursive: true });
  });

  it('wait on the disk and not in memory while the broker is away', { timeout: 60_000 }, async () => {
    await using world = await RelayWorld.open();
    const state = gate(world, ({ kind }) => kind === 'file');
    const orders = Array.from({ length: 12 }, () =>
      leaves('for n in 1 2 3 4; do head -c 1048576 /dev/zero >$n; done'),
    );
    const before = memoryHeld();
    for (const order of orders) await world.api.send(order);
    await until(
      () => existsSync(join(world.folder, 'kept')) && keptIn(world.folder).length === orders.length,
    );
    await until(() => readdirSync(join(world.folder, 'work')).length === 0);
    // Of what waits one part for each, as text: less than half of what they left.
    expect(memoryHeld() - before).toBeLessThan((orders.length * allBytes) / 2);
    state.open = true;
    for (const order of orders)
      expect(Object.values(filesOf(await world.api.endOf(order))).map(({ length }) => length)).toEqual(
        Array<number>(4).fill(1024 ** 2),
      );
  });

  it.runIf(process.getuid?.() === 0)('are told as lost where the disk has no room to keep them', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'chasqui-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    try {
      await using world = await RelayWorld.open({ stateFolder: disk });
      const ended = async (order: Order) => {
        await world.api.send(order);
        return world.api.endOf(order);
      };
      // The process driver's own folder is on that disk, too.
      const reports = await ended(leaves('echo small >1; head -c 300000 /dev/zero >2; echo small >3'));
      expect(last(reports)).toMatchObject({
        outcome: { kind: 'exited', exitCode: 0 },
        files: [{ name: '1' }, { name: '3' }],
        filesLost: 'the relay could not keep 2: its disk is full or broken',
      });
      expect(filesOf(reports)).toEqual({ 1: 'small\n', 3: 'small\n' });
    } finally {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  });
});

describe('what a command printed', () => {
  it.each([
    ['before any of it was sent', (report: Report) => report.kind === 'output'],
    ['before its last was sent', (report: Report) => report.kind === 'output' && report.chunks[0]!.seq > 2],
    ['before its end was sent', (report: Report) => report.kind === 'finished'],
  ])('comes whole from the next relay process where this one dies %s', async (_, stops) => {
    await using world = await RelayWorld.open();
    const state = gate(world, stops);
    const order = orderOf(script('head -c 200000 /dev/zero | tr "\\0" x; echo; echo last >&2'));
    await world.api.send(order);
    await until(() => state.reached);
    await until(() => readdirSync(join(world.folder, 'work')).length === 0);
    const before = world.api.of(order.executionId);
    const crashed = stateAsItIs(world);
    state.open = true;
    await startAgain(world, crashed);
    const after = await world.api.endOf(order);
    const chunks = new Map(
      [...before, ...after]
        .flatMap((report) => ('chunks' in report ? report.chunks : []))
        .map((chunk) => [chunk.seq, chunk]),
    );
    const of = (stream: string) =>
      [...chunks.values()]
        .filter((chunk) => chunk.stream === stream)
        .toSorted((a, b) => a.seq - b.seq)
        .map(({ text }) => text)
        .join('');
    expect([of('stdout') === `${'x'.repeat(200_000)}\n`, of('stderr')]).toEqual([true, 'last\n']);
    expect(last(after)).toMatchObject({ epoch: 0, outcome: { kind: 'exited', exitCode: 0 } });
    await until(() => !existsSync(join(crashed, 'kept')) || keptIn(crashed).length === 0);
    await world.stop();
    rmSync(crashed, { recursive: true });
  });
});
