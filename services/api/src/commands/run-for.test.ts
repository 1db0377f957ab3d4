import { readBundle } from '@chasqui/bundles';
import { parseLine } from '@chasqui/command-language';
import { expect, it } from 'vitest';
import { ConfigurationView } from '../configuration/configuration-view.js';
import { SitePolicy } from '../site-rules/site-policy.js';
import { buildCatalogue } from './catalogue.js';
import { decide } from './decide.js';
import type { Known } from './known.js';
import { textsOf } from './run-for.js';

const { bundle } = readBundle(`
chasqui_bundle_version: 1
name: db
version: 1.0.0
description: Takes secrets
commands:
  list: { description: Lists, executable: [/bin/true], rules: [allow] }
  login:
    description: Takes a secret
    options:
      token: { type: string, secret: true, required: true }
    positionals: [{ name: what }]
    executable: [/bin/true]
    rules: [allow]
`);
const known: Known = {
  asker: {
    id: 'u',
    username: 'alice',
    email: '',
    active: true,
    permissions: new Set(),
    scoped: [],
    groups: [],
  },
  sender: { adapter: 'terminal', id: 'alice' },
  place: { room: 'ops', channel: 'terminal/ops', adapter: 'terminal', direct: false },
  origin: 'chat',
  policy: SitePolicy.none,
  configuration: ConfigurationView.none,
  aliases: { own: new Map([['in', 'db:login --token']]), site: new Map([['a', 'a']]) },
  people: new Map(),
  rooms: new Map(),
  mentioned: new Map(),
  catalogue: buildCatalogue([bundle!]),
  relays: [{ name: 'r', tags: [], state: 'online', since: 0, drivers: ['process'], inFlight: 0, slots: 8 }],
  now: 0,
  saidAt: 0,
  takeWithinMs: 1_000,
  key: 'k',
};
const kept = (text: string, more: Partial<Known> = {}) =>
  textsOf({ text }, decide(parseLine(text), { ...known, ...more }));

it.each<[string, string, Partial<Known>?]>([
  ['run', 'db:login --token hunter2'],
  ['by its bare name', 'login --token=hunter2'],
  ['for which help is asked', 'db:login --token hunter2 --help'],
  ['for which help is asked later', 'db:list | db:login --token hunter2 $text | sort --help'],
  ['with a mistake', 'db:login --token hunter2 --nope'],
  ['with a mistake in another stage', 'db:list | nosuch | db:login --token=hunter2'],
  ['that takes no input', 'db:list | db:login --token=hunter2'],
  ['with two selectors', 'db:login --on a --token hunter2 --on b'],
  ['that no relay can run', 'db:login --token hunter2 --on nosuch'],
  ['sent nowhere', 'db:login --token=hunter2 > #nowhere'],
  ['in a line with a circle', 'db:login --token=hunter2 | a'],
  ['by an alias', 'in hunter2'],
  ['said too long ago', 'db:login --token hunter2', { now: 5_000 }],
  ['said by nobody', 'db:login --token hunter2', { asker: undefined }],
  ['said by who may no more', 'db:login --token hunter2', { asker: { ...known.asker!, active: false } }],
])('keeps no secret of a command %s', (_, text, more) => {
  const texts = kept(text, more);
  expect(JSON.stringify(texts)).not.toContain('hunter2');
  expect(texts.line).toContain('***');
  expect(texts.masked).toBe(true);
});

it('keeps what was typed beside what it was read as', () => {
  const own = new Map([['l', 'db:list']]);
  expect(kept('l | count', { aliases: { own, site: new Map() } })).toEqual({
    line: 'l | count',
    expanded: 'db:list | count',
    masked: false,
  });
  expect(kept('db:list')).toEqual({ line: 'db:list', expanded: null, masked: false });
});

it('answers a quoted --help of a command that has no such option, and does not run it', () => {
  expect(decide(parseLine("db:login '--help'"), known)).toMatchObject({ kind: 'answer', builtIn: 'help' });
});
