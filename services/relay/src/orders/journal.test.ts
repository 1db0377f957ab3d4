import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOutage } from '@chasqui/contracts';
import { Journal, type JournalSettings } from './journal.js';
import type { JournalEntry } from './journal-line.js';
import type { Recorded } from './recorded.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'chasqui-journal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const later = Date.now() + 60_000;
const taken = (execution: string, order = 'sealed'): JournalEntry => ({
  kind: 'taken',
  execution,
  attempt: 1,
  at: 1,
  run: `run-${execution}`,
  startBy: later,
  order,
});
const starting = (execution: string): JournalEntry => ({
  kind: 'starting',
  execution,
  attempt: 1,
  at: 2,
  driver: 'docker',
  epoch: 0,
  startedAt: 2,
});
const running = (execution: string): JournalEntry => ({
  kind: 'running',
  execution,
  attempt: 1,
  at: 3,
  handle: `c-${execution}`,
  startedAt: 30,
});
const finished = (execution: string, report = 'sealed report'): JournalEntry => ({
  kind: 'finished',
  execution,
  attempt: 1,
  at: 4,
  run: `run-${execution}`,
  startBy: later,
  report,
});
const settled = (execution: string, at = Date.now(), startBy = later): JournalEntry => ({
  kind: 'settled',
  execution,
  attempt: 1,
  at,
  run: `run-${execution}`,
  startBy,
});

const reopen = (settings: Partial<JournalSettings> = {}) => Journal.open({ folder, ...settings });
const states = (journal: Journal) =>
  journal.unsettled().map(({ execution, state }) => `${execution} ${state}`);

describe('the journal', () => {
  it('remembers what was promised, and how far it came', async () => {
    const journal = await reopen();
    await journal.append(taken('a', 'order of a'), starting('a'));
    await journal.append(running('a'));
    await journal.append(taken('b'));
    await journal.append(taken('c'), starting('c'), finished('c', 'report of c'));
    await journal.append(taken('d'), finished('d'), settled('d'));
    await journal.close();

    const again = await reopen();
    expect(states(again)).toEqual(['a starting', 'b taken', 'c finished']);
    const [a] = again.unsettled() as [Recorded];
    expect(a).toMatchObject({
      run: 'run-a',
      startBy: later,
      driver: 'docker',
      handle: 'c-a',
      epoch: 0,
      startedAt: 30,
    });
    expect(await again.orderOf(a)).toBe('order of a');
    expect(await again.endOf(again.find('c', 1)!)).toMatchObject({ report: 'report of c' });
    expect(again.find('d', 1)).toMatchObject({ state: 'settled' });
    expect(again.find('d', 2)).toBeUndefined();
    await again.close();
  });

  it('loses no whole line and keeps no torn one, wherever it is cut', { timeout: 120_000 }, async () => {
    const entries = [taken('a'), starting('a'), running('a'), taken('b'), finished('a'), settled('a')];
    const journal = await reopen();
    const ends: number[] = [];
    for (const entry of entries) {
      await journal.append(entry);
      ends.push(statSync(join(folder, 'journal')).size);
    }
    await journal.close();
    const whole = readFileSync(join(folder, 'journal'));
    for (let cut = 0; cut <= whole.length; cut += 1) {
      writeFileSync(join(folder, 'journal'), whole.subarray(0, cut));
      const cutOff = await reopen();
      const lines = ends.filter((end) => end <= cut).length;
      const expected = [
        '',
        'a taken',
        'a starting',
        'a starting',
        'a starting,b taken',
        'a finished,b taken',
        'b taken',
      ];
      expect([cut, states(cutOff).join()]).toEqual([cut, expected[lines]]);
      // It is written on as if nothing had happened.
      await cutOff.append(taken('z'));
      await cutOff.close();
      const after = await reopen();
      expect(after.find('z', 1)?.state).toBe('taken');
      await after.close();
    }
  });

  it('skips a line that was changed, says so, and reads on', async () => {
    const journal = await reopen();
    await journal.append(taken('a'), taken('b'), taken('c'));
    await journal.close();
    const bytes = readFileSync(join(folder, 'journal'));
    bytes[bytes.indexOf('"b"') + 1] = 'x'.charCodeAt(0);
    writeFileSync(join(folder, 'journal'), bytes);
    const told: number[] = [];
    const again = await reopen({ damaged: (lines) => told.push(lines) });
    expect([states(again), told]).toEqual([['a taken', 'c taken'], [1]]);
    await again.close();
  });

  it('has what it resolved for on disk, also of appends that came together', async () => {
    const journal = await reopen();
    await Promise.all(Array.from({ length: 200 }, (_, i) => journal.append(taken(`e${i}`))));
    copyFileSync(join(folder, 'journal'), join(folder, 'copy'));
    await journal.close();
    expect(readFileSync(join(folder, 'copy'), 'utf8').trim().split('\n')).toHaveLength(200);
  });

  it('is rewritten when it grows, and forgets no order that could still come again', async () => {
    const journal = await reopen({ compactAbove: 20_000, keepReports: 2000 });
    await journal.append(taken('open', 'o'.repeat(500)), starting('open'));
    for (let i = 0; i < 200; i += 1) {
      await journal.append(taken(`e${i}`, 'x'.repeat(300)), starting(`e${i}`));
      await journal.append(finished(`e${i}`, 'y'.repeat(300)));
      await journal.append(settled(`e${i}`));
    }
    expect(statSync(join(folder, 'journal')).size).toBeLessThan(60_000);
    expect(await journal.orderOf(journal.unsettled()[0]!)).toBe('o'.repeat(500));
    expect(await journal.endOf(journal.find('e199', 1)!)).toMatchObject({ report: 'y'.repeat(300) });
    expect(await journal.endOf(journal.find('e0', 1)!)).toBeUndefined();
    await journal.close();
    const again = await reopen();
    expect(states(again)).toEqual(['open starting']);
    for (let i = 0; i < 200; i += 1) expect(again.find(`e${i}`, 1)?.state).toBe('settled');
    await again.close();
  });

  it('forgets what is a day old', async () => {
    const old = Date.now() - 25 * 3_600_000;
    const journal = await reopen();
    await journal.append(taken('a'), finished('a'), settled('a', old, old));
    await journal.append(taken('b'), finished('b'), settled('b', Date.now(), old));
    await journal.close();
    const again = await reopen();
    expect([again.find('a', 1), again.find('b', 1)?.state]).toEqual([undefined, 'settled']);
    await again.close();
  });

  it('belongs to one process at a time', async () => {
    const journal = await reopen();
    const lock = readFileSync(join(folder, 'lock'), 'utf8');
    const [, , boot] = lock.split(':');
    const other = execFileSync('sh', ['-c', 'cat /proc/1/stat'], { encoding: 'utf8' });
    writeFileSync(
      join(folder, 'lock'),
      `1:${other.slice(other.lastIndexOf(')') + 2).split(' ')[19]}:${boot}`,
    );
    await expect(reopen()).rejects.toMatchObject({
      code: 'journal-unavailable',
      facts: { detail: expect.stringContaining('another relay uses') },
    });
    writeFileSync(join(folder, 'lock'), `1:7:${boot}`);
    await (await reopen()).close();
    await journal.close();
  });

  it.runIf(process.getuid?.() === 0)(
    'refuses what a full disk does not take, and takes it again when there is room',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder]);
      try {
        const journal = await reopen();
        await journal.append(taken('a'));
        const refused = await journal
          .append(taken('big', 'x'.repeat(60_000)))
          .catch((error: unknown) => error);
        expect(isOutage(refused) && refused.code).toBe('journal-unavailable');
        await journal.append(taken('b'));
        await journal.close();
        const again = await reopen();
        expect(states(again)).toEqual(['a taken', 'b taken']);
        await again.close();
      } finally {
        execFileSync('umount', [folder]);
      }
    },
  );

  it('says where it cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(Journal.open({ folder: join(folder, 'file') })).rejects.toMatchObject({
      code: 'journal-unavailable',
    });
  });
});
