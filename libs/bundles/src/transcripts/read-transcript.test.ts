import { readFileSync, readdirSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readBundle } from '../index.js';
import { checkAgainstBundles, readTranscript, transcriptJsonSchema } from './index.js';

const root = new URL('../../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const examples = readdirSync(new URL('examples/bundles/', root)).filter((file) =>
  file.endsWith('.transcript.yaml'),
);

it('knows who says what, where, and what is to be heard', () => {
  const { transcript, faults } = readTranscript(`
people: { ann: ['ops:read'] }
recorded:
  ops:status: [{ args: [web], stdout: fine }, { exit-code: 1 }]
transcript:
  - ann: '!ops:status 1'
    room: '#front'
    chasqui: 7
  - chasqui: { contains: x, matches: y, mark: failed, exit-code: 1 }
    room: '@bob'
`);
  expect(faults).toEqual([]);
  expect(transcript).toMatchObject({
    recorded: [
      { command: 'ops:status', args: ['web'], stdout: 'fine', stderr: '', exitCode: 0 },
      { command: 'ops:status', exitCode: 1 },
    ],
    lines: [
      {
        who: 'ann',
        text: '!ops:status 1',
        room: 'front',
        line: 6,
        expected: [
          { step: 0, line: 8, text: '7', contains: [] },
          { step: 1, line: 9, room: 'bob', contains: ['x'], matches: 'y', mark: 'failed', exitCode: 1 },
        ],
      },
    ],
  });
});

it('tells every fault at once, each at its place', () => {
  const { transcript, faults } = readTranscript(`people: { ann: read }
relays: { a: [dc=fra], a: [] }
recorded: { 'ops:x': { stdot: x } }
transcript:
  - chasqui: early
  - anne: '!x'
  - { ann: '!y', bob: '!z' }
  - room: x
  - ann: '!x'
  - chasqui: { mark: fine, matches: '(' }
nonsense: true
`);
  expect(transcript).toBeUndefined();
  expect(faults.map(({ code, line, column }) => `${line}:${column} ${code}`)).toEqual([
    '1:16 wrong-type',
    '2:24 duplicate-key',
    '3:24 unknown-key',
    '5:5 answer-first',
    '6:5 unknown-speaker',
    '7:5 several-speakers',
    '8:5 empty-step',
    '10:22 not-allowed-value',
    '10:37 bad-pattern',
    '11:1 unknown-key',
  ]);
});

it('finds what its bundles do not have', () => {
  const { transcript } = readTranscript(`people: { ann: ['echo:read', 'chasqui:read-runs'] }
recorded: { 'echo:ehco': {} }
config: { ehco: { A: 1 } }
transcript: []
`);
  const { bundle } = readBundle(read('examples/bundles/01-echo.yaml'));
  const found = checkAgainstBundles(transcript!, [bundle!], ['chasqui:read-runs']);
  expect(found.map(({ facts: { what, name, suggestion } }) => [what, name, suggestion])).toEqual([
    ['permission', 'echo:read', undefined],
    ['bundle', 'ehco', 'echo'],
    ['command', 'echo:ehco', 'echo:echo'],
  ]);
});

it.each(examples)('reads %s, and an editor finds nothing wrong in it', (file) => {
  const source = read(`examples/bundles/${file}`);
  expect(readTranscript(source).faults).toEqual([]);
  const validator = new Validator(transcriptJsonSchema(), '2020-12', false);
  expect(validator.validate(parse(source)).errors).toEqual([]);
});

it('is what docs/transcript.schema.json says', () => {
  expect(JSON.parse(read('docs/transcript.schema.json'))).toEqual(transcriptJsonSchema());
});

it('never throws, whatever the text', () => {
  const source = read('examples/bundles/02-net.transcript.yaml');
  const mutated = fc
    .tuple(fc.nat(source.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 10 }))
    .map(([at, length, text]) => source.slice(0, at) + text + source.slice(at + length));
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutated), (text) => {
      const { transcript, faults } = readTranscript(text);
      expect(transcript !== undefined || faults.length > 0).toBe(true);
    }),
  );
});
