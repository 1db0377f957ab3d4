import { readBundle } from '@chasqui/bundles';
import { parseLine, type CommandLine } from '@chasqui/command-language';
import { expect, it } from 'vitest';
import { namesIn, namesInRecords } from './names.js';
import { takesNames } from './takes-names.js';
import type { PlanStage } from './plan.js';

const { bundle } = readBundle(`
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  page:
    description: Calls somebody
    positionals: [{ name: who, type: user }]
    executable: [/bin/true]
    rules: [allow]
  pages:
    description: Calls several
    options: { to: { type: list, of: channel } }
    executable: [/bin/true]
    rules: [allow]
  status: { description: None, executable: [/bin/true], rules: [allow] }
`);
const [page, pages, status] = bundle!.commands;
const stage = (command: unknown, line = 'x') =>
  ({ kind: 'command', command, words: (parseLine(line) as CommandLine).stages[0]!.words }) as PlanStage;

it('finds every word that may name somebody', () => {
  expect(namesIn(parseLine('x @bob --to=#ops,web -t y | z carol > #far > me') as CommandLine)).toEqual(
    expect.arrayContaining(['bob', 'ops', 'web', 'carol', 'far']),
  );
});

it('knows which commands take somebody', () => {
  expect([page, pages, status].map((command) => takesNames(command!))).toEqual([true, true, false]);
});

it('looks for names in records only where a command takes any', () => {
  expect(namesInRecords([stage(status)], [{ a: 'bob' }])).toEqual([]);
  expect(namesInRecords([], [{ a: 'bob' }])).toEqual([]);
});

it('finds names in records wherever a variable can take them from', () => {
  const record = { a: '@bob', b: { c: ['carol', { d: 'dora,eve' }] }, n: 3, no: null, long: 'x'.repeat(300) };
  expect(namesInRecords([stage(page, 'page --to=#ops')], [record])).toEqual(
    expect.arrayContaining(['ops', 'bob', 'carol', 'dora', 'eve']),
  );
  expect(namesInRecords([stage(page)], [record])).not.toContain(record.long);
});
