import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectOnly, gorts, oneCommand, ours, type Row } from './one-fault.fixture.js';
import { readBundle } from './index.js';

const errors: Row[] = [
  ['empty-document', '', '▸'],
  ['empty-document', '', '▸# only a comment\n'],
  ['not-a-mapping', '', '▸- a\n', { found: 'list' }],
  ['not-a-mapping', '', '▸hello', { found: 'text' }],
  ['bad-yaml', '', `${ours}commands: {a: 1\n▸x: 1\n`],
  ['several-documents', '', `${ours}${oneCommand}▸---\na: 1\n`],
  ['duplicate-key', '/name', `${ours}▸name: again${oneCommand}`, { key: 'name', firstLine: 2 }],
  [
    'duplicate-key',
    '/commands/go',
    `${ours}${oneCommand}  ▸go: {description: d, executable: [/bin/date], rules: [allow]}\n`,
    { firstLine: 7 },
  ],
  ['bad-key', '', `${ours}${oneCommand}▸__proto__: 1\n`],
  ['bad-key', '', `${ours}${oneCommand}? ▸[a, b]\n: 1\n`],
  ['unknown-alias', '/image', `${ours}image: ▸*nothing${oneCommand}`],
  ['no-format', '', `▸name: a\nversion: 1.0.0\ndescription: d${oneCommand}`],
  ['two-formats', '/gort_bundle_version', `${ours}▸gort_bundle_version: 1${oneCommand}`],
  [
    'unsupported-format',
    '/gort_bundle_version',
    `${gorts}${oneCommand}`.replace(': 1', ': ▸99'),
    { found: '99' },
  ],
  ['unsupported-format', '/chasqui_bundle_version', `${ours}${oneCommand}`.replace(': 1', ': ▸"1"')],
  [
    'missing-key',
    '/description',
    `▸${ours.replace('description: d\n', '')}${oneCommand}`,
    { key: 'description' },
  ],
  ['missing-key', '/commands', `▸${ours}`],
  ['no-commands', '/commands', `${ours}commands: ▸{}\n`],
  ['unknown-key', '/relays', `${ours}▸relays: dc=fra${oneCommand}`, { key: 'relays', suggestion: 'relay' }],
  [
    'unknown-key',
    '/commands/go/writable_root',
    `${ours}commands:
  go:
    description: d
    executable: [/bin/echo]
    rules: [allow]
    ▸writable_root: true
`,
    { suggestion: 'writable-root' },
  ],
  [
    'unknown-key',
    '/limits/disk',
    `${ours}limits: {▸disk: 1GiB}${oneCommand}`,
    { known: ['memory', 'cpus', 'pids', 'output'] },
  ],
  [
    'wrong-type',
    '/permissions',
    `${ours}permissions: ▸read${oneCommand}`,
    { expected: 'list', found: 'text' },
  ],
  ['wrong-type', '/network', `${ours}network: ▸"no"${oneCommand}`, { expected: 'boolean', found: 'text' }],
  ['wrong-type', '/author', `${ours}▸author:${oneCommand}`, { expected: 'text', found: 'nothing' }],
  ['wrong-type', '/commands', `${ours}commands: ▸[]\n`, { expected: 'mapping', found: 'list' }],
  ['wrong-type', '/env/A', `${ours}env: {A: ▸[]}${oneCommand}`, { key: 'A', expected: 'text' }],
  [
    'not-allowed-value',
    '/effect',
    `${ours}effect: ▸delete${oneCommand}`,
    { allowed: ['read', 'idempotent', 'write'] },
  ],
  ['empty-text', '/description', `${ours.replace(': d\n', ': ▸""\n')}${oneCommand}`],
  ['empty-command', '/commands/no', `${ours}${oneCommand}  ▸no:\n`, { command: 'no' }],
  [
    'executable-is-text',
    '/commands/no/executable',
    `${ours}commands: {no: {description: d, executable: ▸/bin/echo hi, rules: [allow]}}`,
    { suggestion: '["/bin/echo", "hi"]' },
  ],
  ['bad-name', '/name', `${ours.replace('ops', '▸Ops')}${oneCommand}`, { what: 'bundle', name: 'Ops' }],
  ['bad-name', '/name', `${gorts.replace('ops', '▸o/ps')}${oneCommand}`],
  ['bad-name', '/name', `${gorts.replace('ops', '▸..')}${oneCommand}`],
  ['reserved-name', '/name', `${gorts.replace('ops', '▸Chasqui')}${oneCommand}`],
  ['reserved-name', '/name', `${ours.replace('ops', '▸relay')}${oneCommand}`],
  [
    'bad-name',
    '/commands/a:b',
    `${ours}${oneCommand}  ▸a:b: {description: d, executable: [/bin/echo], rules: [allow]}`,
  ],
  [
    'bad-version',
    '/version',
    `${ours.replace('1.0.0', '▸1.10')}${oneCommand}`,
    { version: '1.10', suggestion: '1.10.0' },
  ],
  ['bad-version', '/version', `${gorts.replace('1.0.0', '▸banana')}${oneCommand}`, { version: 'banana' }],
  ['bad-image', '/image', `${ours}image: ▸"a b"${oneCommand}`],
  ['bad-duration', '/timeout', `${ours}timeout: ▸30${oneCommand}`, { value: '30' }],
  ['bad-size', '/limits/memory', `${ours}limits: {memory: ▸256M}${oneCommand}`],
  ['bad-number', '/limits/cpus', `${ours}limits: {cpus: ▸0}${oneCommand}`, { expected: 'any' }],
  ['bad-number', '/limits/pids', `${ours}limits: {pids: ▸1.5}${oneCommand}`, { expected: 'whole' }],
  ['nul-character', '/env/A', `${ours}env: {A: ▸"a\\0b"}${oneCommand}`],
  ['bad-env-name', '/env/1A', `${ours}env: {▸1A: x}${oneCommand}`],
  ['reserved-env-name', '/env/CHASQUI_RELAY', `${ours}env: {▸CHASQUI_RELAY: x}${oneCommand}`],
  ['bad-selector', '/relay', `${ours}relay: dc in (fra,▸${oneCommand}`],
  [
    'nothing-to-run',
    '/commands/no/executable',
    `${ours}commands:\n  ▸no: {description: d, rules: [allow]}\n`,
    { command: 'no' },
  ],
  [
    'executable-not-absolute',
    '/commands/no/executable/0',
    `${ours}commands: {no: {description: d, executable: [▸echo], rules: [allow]}}`,
  ],
  ['no-rules', '/commands/no/rules', `${ours}commands: {▸no: {description: d, executable: [/bin/echo]}}`],
  [
    'no-rules',
    '/commands/no/rules',
    `${ours}commands: {no: {description: d, executable: [/bin/echo], rules: ▸[]}}`,
  ],
];

/** A rule with `▸` where its fault is, in each way YAML writes a text. */
const badRules = [
  'rules: [must have ▸ops]',
  'rules: ["with option[\\"force\\"] ▸= true allow"]',
  `rules: ['with option["it''s"] ▸= true allow']`,
  'rules:\n      - must ▸hav ops:read',
  'rules:\n      - |\n        with option["force"]\n          ▸= true\n        allow',
  'rules:\n      - >-\n        with option["force"]\n        ▸= true allow',
  'rules:\n      - with option["force"]\n        ▸= true allow',
];

const undeclared: Row[] = [
  [
    'undeclared-permission',
    '/commands/go/rules/0',
    `${ours}permissions: [read]\ncommands:\n  go: {description: d, executable: [/bin/echo], rules: [must have ops:read or ▸ops:raed]}`,
    { permission: 'ops:raed', suggestion: 'ops:read' },
  ],
  [
    'rule-of-other-command',
    '/commands/go/rules/0',
    `${ours}commands:\n  go: {description: d, executable: [/bin/echo], rules: [▸"ops:stop allow"]}`,
    { named: 'ops:stop', command: 'ops:go' },
  ],
];

const warnings: Row[] = [
  [
    'unused-permission',
    '/permissions/0',
    `${ours}permissions: [▸read]${oneCommand}`,
    { permission: 'ops:read' },
  ],
  ['no-description', '/commands/go', `${ours}commands:\n  ▸go: {executable: [/bin/echo], rules: [allow]}\n`],
  [
    'duplicate-rule',
    '/commands/go/rules/1',
    `${ours}commands: {go: {description: d, executable: [/bin/echo], rules: [allow, ▸" allow "]}}`,
  ],
  [
    'foreign-permission',
    '/commands/go/rules/0',
    `${ours}commands: {go: {description: d, executable: [/bin/echo], rules: [must have ▸site:root]}}`,
    { permission: 'site:root' },
  ],
  [
    'loose-version',
    '/version',
    `${gorts.replace('1.0.0', '▸1.10')}${oneCommand}`,
    { version: '1.10', like: '1.10.0' },
  ],
  [
    'old-docker',
    '/docker',
    `${gorts}▸docker: {image: "host:5000/a", tag: 1.10}${oneCommand}`,
    { image: 'host:5000/a:1.10' },
  ],
  [
    'unknown-key',
    '/commands/go/exec',
    `${gorts}commands: {go: {▸exec: 1, executable: [/bin/echo], rules: [allow]}}`,
  ],
  ['ignored-key', '/kubernetes', `${gorts}▸kubernetes: {serviceAccountName: x}${oneCommand}`],
  ['no-rules', '/commands/go/rules', `${gorts}commands: {▸go: {executable: [/bin/echo]}}`],
  ['no-commands', '/commands', `▸${gorts}`],
];

describe('one fault', () => {
  it.each(errors.map((row) => [row[0], row[2], row] as const))('%s in %j', (_code, _text, row) =>
    expectOnly('error', row),
  );
  it.each(undeclared.map((row) => [row[0], row[2], row] as const))('%s in %j', (_code, _text, row) => {
    expectOnly('error', row);
  });
  it.each(warnings.map((row) => [row[0], row[2], row] as const))(
    '%s, a warning, in %j',
    (_code, _text, row) => {
      expectOnly('warning', row);
    },
  );
  it.each(badRules)('a rule that cannot be read, in %j', (rules) => {
    const text = `${ours}commands:\n  go:\n    description: d\n    executable: [/bin/echo]\n    ${rules}\n`;
    expectOnly('error', ['bad-rule', '/commands/go/rules/0', text]);
  });
});

describe('many faults', () => {
  it('tells all of them at once, in the order of the file', () => {
    const { bundle, faults } = readBundle(`chasqui_bundle_version: 1
name: Ops
versoin: 1.0.0
description: 5
permissions: [read, Write]
timeout: soon
commands:
  one:
  two:
    executable: [echo, 1.10]
    rules: [must have Ops:raed, mayb]
    limits: {pids: many}
`);
    expect(bundle).toBeUndefined();
    expect(faults.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      '1:1 missing-key',
      '2:7 bad-name',
      '3:1 unknown-key',
      '5:15 unused-permission',
      '5:21 bad-name',
      '5:21 unused-permission',
      '6:10 bad-duration',
      '8:3 empty-command',
      '9:3 no-description',
      '10:18 executable-not-absolute',
      '11:23 undeclared-permission',
      '11:33 bad-rule',
      '12:20 wrong-type',
    ]);
  });

  it('counts those beyond five hundred', () => {
    const keys = Array.from({ length: 600 }, (_, i) => `k${i}: 1`).join('\n');
    const { faults } = readBundle(`${ours}${oneCommand}${keys}\n`);
    expect(faults).toHaveLength(501);
    expect(faults.at(-1)).toMatchObject({ severity: 'error', code: 'more-faults', facts: { more: 100 } });
  });
});

describe('a hostile file', () => {
  const layers = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`).join(
    '\n',
  );
  it.each([
    ['of more than a mebibyte', `${ours}long_description: ${'x'.repeat(1024 * 1024)}`, 'too-large'],
    ['that aliases unfold to a billion values', `a0: &a0 [1]\n${layers}`, 'too-many-values'],
    [
      'that aliases unfold to gigabytes',
      `a: &a ${'x'.repeat(500_000)}\nb: [${'*a,'.repeat(10_000)}]`,
      'too-many-values',
    ],
    ['nested deep', `${ours}env: {A: ${'['.repeat(60)}${']'.repeat(60)}}${oneCommand}`, 'too-deep'],
    ['nested deeper than the stack', `a: ${'['.repeat(20_000)}`, 'too-deep'],
    ['of brackets only', '['.repeat(500_000), 'too-many-values'],
    ['of faults only', 'a: ]\n'.repeat(200_000), 'too-many-values'],
    ['of ten million bytes', 'x'.repeat(10_000_000), 'too-large'],
  ])('%s is refused', (_title, text, code) => {
    const { bundle, faults } = readBundle(text);
    expect(bundle).toBeUndefined();
    expect(faults.map((fault) => fault.code)).toContain(code);
  });

  it('with an alias to what it stands in is refused', () => {
    const { faults } = readBundle(`${ours}env: &a {A: *a}${oneCommand}`);
    expect(faults.map(({ code, pointer }) => [code, pointer])).toContainEqual(['endless-alias', '/env/A']);
  });

  it('gets short facts for a long value', () => {
    const { faults } = readBundle(`${ours.replace('ops', 'X'.repeat(100_000))}${oneCommand}`);
    expect(JSON.stringify(faults).length).toBeLessThan(1000);
  });

  it('cannot reach the prototype of what it becomes', () => {
    const { bundle } = readBundle(`${ours}env: {constructor: x, toString: y}${oneCommand}`);
    expect(bundle?.commands[0]?.env).toEqual({ constructor: 'x', toString: 'y' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('a right file', () => {
  it('of ours becomes a bundle, its settings filled into each command', () => {
    const { bundle, faults } = readBundle(`chasqui_bundle_version: 1
name: ops
version: 2.0.0-rc.1
description: Operations.
long_description: Long.
author: Ann
homepage: https://example.org
image: host:5000/team/tool:1.2@sha256:${'a'.repeat(64)}
permissions: [read, write]
relay: dc
timeout: 1m30s
stop-grace: 1m
limits: {memory: 256MiB, pids: 64}
effect: read
retries: 3
env: {LEVEL: 3, DEBUG: false}
templates: {command: "{{ .Response.Out }}"}
commands:
  status:
    description: Status.
    executable: []
    rules: ["must  have ops:read"]
  restart:
    description: Restarts.
    image: busybox:1.37
    executable: [/bin/sh, -c, 'echo "$@"', 007, yes, true]
    rules:
      - with option["force"]==true must have ops:write
      - must have ops:read
    relay: gpu
    timeout: 500ms
    stop-grace: 250ms
    limits: {memory: 1.5GiB, cpus: 0.5, output: 64kB}
    network: true
    writable-root: true
    effect: write
    env: {LEVEL: "4"}
    triggers: [{match: "^restart"}]
`);
    expect(faults).toEqual([]);
    expect(bundle).toEqual({
      format: 'chasqui',
      name: 'ops',
      version: '2.0.0-rc.1',
      description: 'Operations.',
      longDescription: 'Long.',
      author: 'Ann',
      homepage: 'https://example.org',
      image: `host:5000/team/tool:1.2@sha256:${'a'.repeat(64)}`,
      permissions: ['ops:read', 'ops:write'],
      relay: 'dc',
      templates: { command: '{{ .Response.Out }}' },
      commands: [
        {
          name: 'status',
          description: 'Status.',
          executable: [],
          image: `host:5000/team/tool:1.2@sha256:${'a'.repeat(64)}`,
          rules: ['must have ops:read'],
          timeoutMs: 90_000,
          stopGraceMs: 60_000,
          limits: { memoryBytes: 268_435_456, pids: 64 },
          network: false,
          writableRoot: false,
          effect: 'read',
          retries: 3,
          output: 'text',
          env: { LEVEL: '3', DEBUG: 'false' },
        },
        {
          name: 'restart',
          description: 'Restarts.',
          executable: ['/bin/sh', '-c', 'echo "$@"', '007', 'yes', 'true'],
          image: 'busybox:1.37',
          rules: ['with option["force"] == true must have ops:write', 'must have ops:read'],
          relay: 'gpu',
          timeoutMs: 500,
          stopGraceMs: 250,
          limits: { memoryBytes: 1_610_612_736, pids: 64, cpus: 0.5, outputBytes: 64_000 },
          network: true,
          writableRoot: true,
          effect: 'write',
          output: 'text',
          env: { LEVEL: '4', DEBUG: 'false' },
          triggers: [{ match: '^restart' }],
        },
      ],
    });
  });

  it('of Gort keeps network and a writable root, its loose names and its empty lines', () => {
    const { bundle, faults } = readBundle(`---
gort_bundle_version: 1
name: My.Bundle
version: "0.1"
description: 404
author:
permissions:
commands:
  Say.it:
    executable: [/bin/echo]
    rules: [allow]
`);
    expect(faults.map(({ code }) => code)).toEqual(['loose-version']);
    expect(bundle).toEqual({
      format: 'gort',
      name: 'My.Bundle',
      version: '0.1',
      description: '404',
      permissions: [],
      commands: [
        {
          name: 'Say.it',
          description: '',
          executable: ['/bin/echo'],
          rules: ['allow'],
          network: true,
          writableRoot: true,
          effect: 'write',
          output: 'text',
          env: {},
        },
      ],
    });
  });

  it('of Gort takes the image of the old form', () => {
    expect(readBundle(`${gorts}docker: {image: ubuntu, tag: 20.04}${oneCommand}`).bundle?.image).toBe(
      'ubuntu:20.04',
    );
  });

  it('may share by anchors and merge keys', () => {
    const { bundle, faults } = readBundle(`${ours}commands:
  one: &one {description: d, executable: [/bin/echo], rules: [allow], effect: read}
  two:
    <<: *one
    description: other
`);
    expect(faults).toEqual([]);
    expect(bundle?.commands[1]).toMatchObject({ name: 'two', description: 'other', effect: 'read' });
  });

  const folder = new URL('../../../examples/bundles/', import.meta.url);
  it.each(readdirSync(folder).filter((file) => /^[^.]+\.yaml$/.test(file)))('%s has no faults', (file) => {
    const { bundle, faults } = readBundle(readFileSync(new URL(file, folder), 'utf8'));
    expect(faults).toEqual([]);
    expect(bundle?.commands.length).toBeGreaterThan(0);
  });
});
