import { parseLine } from '@chasqui/command-language';
import { readBundle } from '@chasqui/bundles';
import type { RelayView } from '@chasqui/relay-selection';
import { expect, it } from 'vitest';
import { buildCatalogue } from './catalogue.js';
import { decide, type Decision } from './decide.js';
import type { Known } from './known.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [read, write, force]
commands:
  status:
    description: Shows how a service is
    executable: [/bin/echo, status]
    rules: [must have ops:read]
  restart:
    description: Restarts a service
    executable: [/bin/echo, restart]
    relay: dc
    rules:
      - must have ops:write
      - with option["force"] == true must have ops:force
  build:
    description: Builds in a container
    image: alpine:3
    executable: [/bin/true]
    rules: [allow]
`;
const text = `
chasqui_bundle_version: 1
name: text
version: 2.0.0
description: Text
commands:
  status: { description: Another status, executable: [/bin/echo], rules: [allow] }
`;

const relay = (name: string, tags: string[], more: Partial<RelayView> = {}): RelayView => ({
  name,
  tags,
  state: 'online',
  since: 0,
  drivers: ['process'],
  inFlight: 0,
  slots: 8,
  ...more,
});

const bundles = [ops, text].map((source) => {
  const { bundle, faults } = readBundle(source);
  expect(faults.filter((fault) => fault.severity === 'error')).toEqual([]);
  return bundle!;
});

const known: Known = {
  asker: {
    id: 'u1',
    username: 'alice',
    email: 'alice@example.org',
    active: true,
    permissions: new Set(['ops:read', 'ops:write']),
    groups: [],
  },
  sender: { adapter: 'terminal', id: 'alice' },
  catalogue: buildCatalogue(bundles),
  relays: [relay('fra-1', ['dc=fra']), relay('ams-1', ['dc=ams']), relay('lab', [])],
  now: 0,
  key: 'a run',
};

const decided = (line: string, more: Partial<Known> = {}): Decision =>
  decide(parseLine(line), { ...known, ...more });

it.each<[string, string, Record<string, unknown>]>([
  ['bundle and command', 'ops:restart web --on dc=fra', { relay: 'fra-1', argv: ['web'], driver: 'process' }],
  ['what the command requires of the relay', 'ops:restart web --on !nothing', { selector: '!nothing,dc' }],
  [
    'words that are the command\u2019s own',
    `ops:status "a b" --x=1 -- --on dc=fra`,
    { argv: ['a b', '--x=1', '--', '--on', 'dc=fra'] },
  ],
  ['a bare name of one bundle', 'restart web --on name=ams-1', { relay: 'ams-1' }],
])('plans by %s', (_, line, plan) => {
  expect(decided(line)).toMatchObject({ kind: 'plan', ...plan });
});

it.each<[string, string, Partial<Known>, string, Record<string, unknown>]>([
  [
    'somebody nobody knows',
    'ops:status',
    { asker: undefined },
    'unknown-person',
    { adapter: 'terminal', id: 'alice' },
  ],
  [
    'somebody deactivated',
    'ops:status',
    { asker: { ...known.asker!, active: false } },
    'inactive-person',
    { username: 'alice' },
  ],
  [
    'a line that does not parse',
    'ops:status "x',
    {},
    'bad-syntax',
    { problem: 'unterminated-quote', position: 11 },
  ],
  ['an empty line', '  ', {}, 'empty-line', {}],
  ['a pipeline, as yet', 'ops:status | ops:status', {}, 'not-supported-yet', { what: 'pipeline' }],
  ['a redirect, as yet', 'ops:status > #room', {}, 'not-supported-yet', { what: 'redirect' }],
  [
    'a name in several bundles',
    'status',
    {},
    'ambiguous-command',
    { candidates: ['ops:status', 'text:status'] },
  ],
  ['an unknown name, with the nearest', 'ops:restrat', {}, 'unknown-command', { suggestion: 'ops:restart' }],
  ['an unknown bare name, with the nearest', 'restat', {}, 'unknown-command', { suggestion: 'ops:restart' }],
  ['what needs a permission', 'ops:restart web --force', {}, 'not-allowed', { missing: [['ops:force']] }],
  [
    'a flag that stands after the argument',
    'ops:restart web --force --on dc=fra',
    {},
    'not-allowed',
    { missing: [['ops:force']] },
  ],
  [
    'a selector that does not parse',
    'ops:status --on "dc in (fra"',
    {},
    'bad-selector',
    { text: 'dc in (fra' },
  ],
  ['a selector that nothing matches', 'ops:status --on dc=lon', {}, 'no-relay', { selector: 'dc=lon' }],
  ['an image where no relay runs images', 'ops:build', {}, 'no-relay', { driver: 'container' }],
])('refuses %s', (_, line, more, code, facts) => {
  expect(decided(line, more)).toMatchObject({ kind: 'refused', refusal: { code, facts } });
});

it('never suggests what the asker may not run', () => {
  const nobody = { ...known.asker!, permissions: new Set<string>() };
  expect(decided('ops:restrat', { asker: nobody })).toMatchObject({
    refusal: { facts: { suggestion: undefined } },
  });
});

it('keeps what was refused together with how far it was understood', () => {
  expect(decided('ops:restart web --force')).toMatchObject({ entry: { fullName: 'ops:restart' } });
});

it.each(['help', 'help restart', 'whoami', 'relays', 'ops:restart --help'])(
  'answers %s by itself',
  (line) => {
    const decision = decided(line);
    if (decision.kind !== 'answer') throw new Error(decision.kind);
    expect(decision.builtIn.answer(decision.words, decision.asker, known).mark).toBe('succeeded');
  },
);

it('lists in help only what the asker may run', () => {
  const help = decided('help');
  if (help.kind !== 'answer') throw new Error(help.kind);
  const nobody = { ...known.asker!, permissions: new Set<string>() };
  expect(help.builtIn.answer([], known.asker!, known).text).toContain('ops:restart');
  expect(help.builtIn.answer([], nobody, known).text).not.toContain('ops:restart');
});
