import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FilePart, Report } from '@chasqui/contracts';
import { KeptReports, type KeptReportsSettings, type Unsent } from './kept-reports.js';

let folder: string;
let told: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'chasqui-kept-')), 'kept');
  told = [];
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const events = {
  notKept: (_: unknown, files: readonly string[]) => void told.push(`not kept: ${files.join(' ')}`),
  keptGone: () => void told.push('gone'),
};
const opened = (over: Partial<KeptReportsSettings> = {}, inHand: string[] = []) =>
  KeptReports.open({ folder, seal: (report) => JSON.stringify(report), ...over }, new Set(inHand), events);
const of = (executionId: string) => ({ runId: 'r', executionId, attempt: 1 });
const about = { relay: 'fra-1', ...of('a'), at: 0, epoch: 0 };
const output = (seq: number): Report => ({
  kind: 'output',
  ...about,
  chunks: [{ seq, stream: 'stdout', text: `${seq}` }],
});
const unsent = (files: Record<string, number>, reports: Report[] = []): Unsent => ({
  output: reports,
  files: Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.alloc(bytes) })),
  report: (part): FilePart => ({ kind: 'file', ...about, ...part }),
});

it('keeps what was printed and then the files, and gives each again, also to the next process', async () => {
  const kept = await (
    await opened()
  ).keep(of('a'), unsent({ large: 300_000, none: 0 }, [output(0), output(1)]));
  expect(kept).toMatchObject({
    output: 2,
    files: [
      { name: 'large', bytes: 300_000 },
      { name: 'none', bytes: 0 },
    ],
    notKept: [],
  });
  const next = await opened({}, ['chasqui-a-1']);
  const reports = await Promise.all(
    kept.lengths.map(async (_, nth) => JSON.parse((await next.read(of('a'), kept.lengths, nth))!) as Report),
  );
  expect(reports.slice(0, 2)).toEqual([output(0), output(1)]);
  expect(reports.slice(2)).toMatchObject([
    { name: 'large', part: 0, parts: 2 },
    { name: 'large', part: 1, parts: 2 },
    { name: 'none', part: 0, parts: 1, base64: '' },
  ]);
  await next.remove(of('a'));
  expect([readdirSync(folder), told]).toEqual([[], []]);
});

it('makes no file where there is nothing to keep', async () => {
  expect(await (await opened()).keep(of('a'), unsent({}))).toMatchObject({ lengths: [] });
  expect(() => statSync(folder)).toThrow('ENOENT');
});

it('removes what belongs to no execution that is in hand, and writes over what a crash left', async () => {
  const first = await opened();
  await first.keep(of('a'), unsent({ file: 10 }));
  await first.keep(of('b'), unsent({ file: 10 }));
  const next = await opened({}, ['chasqui-b-1']);
  expect(readdirSync(folder)).toEqual(['chasqui-b-1']);
  const { lengths } = await next.keep(of('b'), unsent({ file: 2 }));
  expect(statSync(join(folder, 'chasqui-b-1')).size).toBe(lengths[0]);
});

it('keeps no more than it may in all, each file whole or not at all, and says which not', async () => {
  const kept = await opened({ most: 50_000 });
  const one = await kept.keep(of('a'), unsent({ small: 100, large: 40_000, other: 100 }));
  expect(one).toMatchObject({ files: [{ name: 'small' }, { name: 'other' }], notKept: ['large'] });
  await kept.keep(of('b'), unsent({ most: 20_000 }));
  expect((await kept.keep(of('c'), unsent({ more: 20_000 }))).notKept).toEqual(['more']);
  await kept.remove(of('b'));
  expect((await kept.keep(of('c'), unsent({ more: 20_000 }))).notKept).toEqual([]);
  expect(told).toEqual(['not kept: large', 'not kept: more']);
});

it('says that nothing is kept where its folder cannot be, and that it is gone where it was removed', async () => {
  const kept = await opened();
  writeFileSync(folder, 'no folder');
  expect(await kept.keep(of('a'), unsent({ file: 1 }, [output(0)]))).toEqual({
    lengths: [],
    output: 0,
    files: [],
    notKept: ['file'],
  });
  expect(await kept.read(of('a'), [10], 0)).toBeUndefined();
  expect(told).toEqual(['not kept: file', 'gone']);
});
