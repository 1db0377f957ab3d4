import { parseLine } from '@chasqui/command-language';
import { readBundle } from '@chasqui/bundles';
import type { RelayView } from '@chasqui/relay-selection';
import { expect, it } from 'vitest';
import { buildCatalogue } from './catalogue.js';
import { decide, type Decision } from './decide.js';
import { ConfigurationView } from '../configuration/configuration-view.js';
import type { Known } from './known.js';
import { SitePolicy } from '../site-rules/site-policy.js';
import { firstCommand } from './plan.js';

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
  first: { description: Stands first, input: none, executable: [/bin/echo], rules: [allow] }
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
    scoped: [],
    groups: [],
  },
  sender: { adapter: 'terminal', id: 'alice' },
  place: { room: 'ops', roomName: 'ops', channel: 'terminal/ops', adapter: 'terminal', direct: false },
  origin: 'chat',
  policy: SitePolicy.none,
  configuration: ConfigurationView.none,
  aliases: {
    own: new Map([['st', 'ops:status']]),
    site: new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]),
  },
  people: new Map([
    ['bob', { username: 'bob', externalId: 'bob' }],
    ['carol', { username: 'carol' }],
  ]),
  rooms: new Map([['ops', 'ops']]),
  mentioned: new Map(),
  catalogue: buildCatalogue(bundles),
  relays: [relay('fra-1', ['dc=fra']), relay('ams-1', ['dc=ams']), relay('lab', [])],
  now: 0,
  saidAt: 0,
  takeWithinMs: 600_000,
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
  const decision = decided(line);
  if (decision.kind !== 'plan') throw new Error(JSON.stringify(decision));
  expect({ ...firstCommand(decision), argv: decision.invocation?.args }).toMatchObject(plan);
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
  ['what was said too long ago', 'ops:status', { now: 600_001 }, 'message-late', { ageMs: 600_001 }],
  [
    'a line that does not parse',
    'ops:status "x',
    {},
    'bad-syntax',
    { problem: 'unterminated-quote', position: 11 },
  ],
  ['an empty line', '  ', {}, 'empty-line', {}],
  ['a later stage that takes no input', 'ops:status | ops:status', {}, 'takes-no-input', { position: 13 }],
  [
    'a later stage that never takes input',
    'ops:status | text:first $text',
    {},
    'takes-no-input',
    { never: true },
  ],
  ['a bad third stage', 'ops:status | head 3 | ops:restrat $text', {}, 'unknown-command', { position: 22 }],
  [
    'a later stage that the asker may run in no way',
    'text:status | ops:status $text',
    { asker: { ...known.asker!, permissions: new Set() } },
    'not-allowed',
    { missing: [['ops:read']] },
  ],
  ['a filter without its words', 'ops:status | where', {}, 'bad-filter', { filter: 'where' }],
  ['a filter with nothing before it', 'head 3', {}, 'bad-filter', {}],
  ['a record where there is none', 'ops:status $name', {}, 'no-variable', { missing: 'record' }],
  ['a room nobody knows', 'ops:status > #opps', {}, 'unknown-target', { suggestion: 'ops', position: 11 }],
  ['a person who is not in this chat', 'ops:status > @carol', {}, 'unknown-target', { what: 'person' }],
  ['what answers by itself in a pipeline', 'whoami | count', {}, 'not-in-a-pipeline', { name: 'whoami' }],
  ['aliases in a circle', 'a', {}, 'alias-loop', { path: ['a', 'b', 'a'] }],
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

it.each([
  ['help', 'help', []],
  ['help restart', 'help', ['restart']],
  ['whoami', 'whoami', []],
  ['relays', 'relays', []],
  ['ops:restart --help', 'help', ['ops:restart']],
  ['where --help', 'help', ['where']],
  ['ops:status | sort --help', 'help', ['sort']],
])('answers %s by itself', (line, builtIn, words) => {
  expect(decided(line)).toMatchObject({ kind: 'answer', builtIn, words });
});

it('decides on every stage before anything runs', () => {
  const decision = decided(
    'text:status | where text=up | ops:restart $text --on dc=fra > #ops > @bob > here',
  );
  expect(decision).toMatchObject({
    kind: 'plan',
    stages: [
      { kind: 'command', input: 'none' },
      { kind: 'filter', filter: { kind: 'where' } },
      { kind: 'command', input: 'each', relay: 'fra-1' },
    ],
    targets: [{ label: '#ops', room: 'ops' }, { label: '@bob', room: 'bob' }, { here: true }],
  });
});

it('writes aliases out, and puts what stands behind one to its first stage', () => {
  expect(decided('st web | head 3')).toMatchObject({
    kind: 'plan',
    text: 'ops:status web | head 3',
    stages: [{ words: [{ text: 'web' }] }, { kind: 'filter' }],
  });
});

it('does not let an alias shadow a command', () => {
  const own = new Map([['restart', 'text:status']]);
  expect(decided('restart web', { aliases: { own, site: new Map() } })).toMatchObject({
    entry: { fullName: 'ops:restart' },
  });
});
