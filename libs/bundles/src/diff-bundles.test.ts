import { expect, it } from 'vitest';
import { diffBundles, readBundle, type Bundle } from './index.js';

const before = `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
permissions: [read, write]
env: {LEVEL: "1"}
config: {API_URL: {}}
commands:
  status:
    description: d
    executable: [/bin/echo]
    rules: [must have ops:read]
  restart:
    description: d
    executable: [/bin/echo]
    rules: [must have ops:write]
    options: {force: {type: bool}, for: {}}
    examples: [restart]
`;

function read(text: string): Bundle {
  return readBundle(text).bundle!;
}

function told(change: (text: string) => string): string[] {
  return diffBundles(read(before), read(change(before))).map((one) => `${one.change} ${one.at.join(' ')}`);
}

it('finds nothing where only comments, order and layout differ', () => {
  const shuffled = before
    .replace('permissions: [read, write]', '# a comment\npermissions:\n  - write\n  - read')
    .replace('{force: {type: bool}, for: {}}', '{for: {}, force: {type: bool}}');
  expect(told(() => shuffled)).toEqual([]);
});

it('finds nothing after a bundle was stored as JSON', () => {
  const stored = JSON.parse(JSON.stringify(read(before))) as Bundle;
  expect(diffBundles(stored, read(before))).toEqual([]);
});

it.each<[string, (text: string) => string, string[]]>([
  ['a key', (text) => text.replace('description: d\n', 'description: e\n'), ['changed description']],
  ['a key that is new', (text) => text.replace('env:', 'author: Ann\nenv:'), ['added author']],
  [
    'a permission',
    (text) => text.replace('[read, write]', '[read, write, force]'),
    ['added permissions ops:force'],
  ],
  ['rules', (text) => text.replace('[must have ops:read]', '[allow]'), ['changed commands status rules']],
  [
    'an option',
    (text) => text.replace('for: {}', 'until: {}'),
    ['removed commands restart options for', 'added commands restart options until'],
  ],
  [
    'a setting of all commands',
    (text) => text.replace('"1"', '"2"'),
    ['changed commands status env LEVEL', 'changed commands restart env LEVEL'],
  ],
  [
    'a name, which is one command less and one more',
    (text) => text.replace('  status:', '  state:'),
    ['removed commands status', 'added commands state'],
  ],
  [
    'what we spell otherwise',
    (text) => text.replace('    examples', '    writable-root: true\n    timeout: 5s\n    examples'),
    ['changed commands restart writable-root', 'added commands restart timeout'],
  ],
  [
    'configuration',
    (text) => text.replace('{API_URL: {}}', '{API_URL: {required: true}}'),
    ['changed config API_URL'],
  ],
])('names %s', (_what, change, expected) => {
  expect(told(change).toSorted()).toEqual(expected.toSorted());
});
