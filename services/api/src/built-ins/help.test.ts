import { readBundle } from '@chasqui/bundles';
import { isRefusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { buildCatalogue } from '../commands/catalogue.js';
import type { Known } from '../commands/known.js';
import type { Ask } from './built-in.js';
import { help } from './help.js';
import { which } from './which.js';

const sources = [
  `
chasqui_bundle_version: 1
name: ops
version: 1.2.0
description: Operations
permissions: [write]
commands:
  status: { description: How a service is, executable: [/bin/true], rules: [allow] }
  restart:
    description: Restarts a service
    options: { force: { type: bool, description: without asking } }
    positionals: [{ name: service }]
    executable: [/bin/true]
    rules: [must have ops:write]
  user list: { description: All users, executable: [/bin/true], rules: [allow] }
  user add: { description: Adds a user, executable: [/bin/true], rules: [allow] }
  unused: { description: Nobody may, executable: [/bin/true], rules: [must have ops:write] }
`,
  `
chasqui_bundle_version: 1
name: text
version: 1.0.0
description: Text
commands:
  status: { description: Another, executable: [/bin/true], rules: [allow] }
`,
];
const catalogue = buildCatalogue(sources.map((source) => readBundle(source).bundle!));
const known = {
  catalogue,
  aliases: { own: new Map([['up', 'ops:status web']]), site: new Map([['down', 'ops:restart']]) },
} as unknown as Known;
const ask = (line: string, permissions: string[] = []): Ask => ({
  words: line === '' ? [] : line.split(' '),
  asker: { permissions: new Set(permissions) } as unknown as Ask['asker'],
  known,
});
const textOf = (answer: ReturnType<typeof help>) => (isRefusal(answer) ? answer.code : answer.text);

it('lists what may be run, and what is our own, and nothing else', () => {
  const text = textOf(help(ask('')));
  for (const name of ['ops:status', 'ops:user list', 'text:status', 'history', 'where'])
    expect(text).toContain(name);
  expect(text).not.toContain('ops:restart');
  expect(textOf(help(ask('', ['ops:write'])))).toContain('ops:restart');
});

it.each([
  ['ops:status', 'ops:status: How a service is'],
  ['where', 'where'],
  ['history', 'history [COUNT]'],
  ['ops', 'ops:user add'],
  ['user', 'ops:user list'],
  ['user list', 'ops:user list: All users'],
  ['status', 'text:status'],
])('tells about %s', (name, text) => {
  expect(textOf(help(ask(name)))).toContain(text);
});

it('tells how a command is written', () => {
  const text = textOf(help(ask('restart', ['ops:write'])));
  expect(text).toContain('--force');
  expect(text).toContain('without asking');
});

it.each(['ops:restart', 'restart', 'unused', 'nosuch', 'constructor'])(
  'does not tell that there is %s where it may not be run',
  (name) => {
    expect(textOf(help(ask(name)))).toBe('unknown-command');
  },
);

it.each([
  ['history', "history is Chasqui's own"],
  ['where', 'where is a filter'],
  ['ops:status', 'the command ops:status, of version 1.2.0'],
  ['user list', 'the command ops:user list'],
  ['status', 'more than one command: ops:status, text:status'],
  ['up', 'your alias for: ops:status web'],
  ['down', 'an alias of this site for: ops:restart'],
  ['restart', 'unknown-command'],
  ['"unclosed', 'unknown-command'],
  ['', 'bad-usage'],
])('which %s', (name, text) => {
  expect(textOf(which(ask(name)))).toContain(text);
});

it('tells of a command to those who may run it', () => {
  expect(textOf(which(ask('restart', ['ops:write'])))).toContain('ops:restart');
});
