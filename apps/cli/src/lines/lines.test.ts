import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';

it('parse shows the stages of a line, as rules and programs see them', async () => {
  const { exitCode, stdout } = await chasqui([
    'parse',
    "ops:restart 'web 1' --force --on dc=fra | text:head",
  ]);
  expect(stdout).toBe(`command: ops:restart
on:      dc=fra
words:   "web 1" "--force"
options: force

command: text:head
`);
  expect(exitCode).toBe(0);
});

it('parse --json gives the same for programs', async () => {
  const { stdout } = await chasqui(['parse', 'ops:restart web --env=prod', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    text: 'ops:restart web --env=prod',
    printed: 'ops:restart web --env=prod',
    stages: [
      {
        command: 'ops:restart',
        argv: ['web', '--env=prod'],
        args: ['web'],
        options: [{ name: 'env', value: 'prod' }],
      },
    ],
    redirects: [],
  });
});

it('parse shows what a line takes from records, and where its result goes', async () => {
  const line = 'echo "$a.b is ${c[0]:-not there}" \'$d\' --to=$e | where x>5 > #ops > @ann > me';
  const { stdout } = await chasqui(['parse', line]);
  expect(stdout).toBe(`command:   echo
words:     "$a.b is ${'${c[0]:-not there}'}" "$d" "--to=$e"
options:   to = $e
variables: $a.b, ${'${c[0]:-not there}'} (c[0], or "not there"), $e

command: where
words:   "x>5"

result to: #ops, @ann, me
`);
  const json = await chasqui(['parse', line, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    printed: line,
    stages: [
      {
        variables: [
          { raw: '$a.b', path: ['a', 'b'] },
          { path: ['c', 0], default: 'not there', start: 14, end: 32 },
          { path: ['e'] },
        ],
      },
      { variables: [] },
    ],
    redirects: [{ kind: 'room', name: 'ops' }, { kind: 'person', name: 'ann' }, { kind: 'me' }],
  });
});

it.each([
  ['ops:restart ${a', 12, /variable|\$\{/],
  ['ops:log > nowhere', 10, /#room/],
  ['ops:log | | count', 10, /command/],
  ['where age > 3', 10, /age>3/],
  ['$a b', 0, /./],
])('parse points at what is wrong with %j', async (line, position, sentence) => {
  const { exitCode, stderr } = await chasqui(['parse', line]);
  const [said, shown, caret] = stderr.trimEnd().split('\n');
  expect(said).toMatch(sentence);
  expect([exitCode, shown, caret]).toEqual([1, line, expect.stringMatching(`^ {${position}}\\^+$`)]);
});

it('parse takes the ! that addresses Chasqui off, and leaves !! alone', async () => {
  expect((await chasqui(['parse', '!go'])).stdout).toBe('command: go\n');
  expect((await chasqui(['parse', '!!'])).stdout).toBe('command: !!\n');
});

it('parse shows where a line cannot be read', async () => {
  const { exitCode, stdout, stderr } = await chasqui(['parse', 'ops:restart "web']);
  expect(stderr).toMatch(/^chasqui: .*quote.*\nops:restart "web\n {12}\^\n$/);
  expect([exitCode, stdout]).toEqual([1, '']);
});

it('rule test allows what the rules allow', async () => {
  const { exitCode, stdout } = await chasqui([
    'rule',
    'test',
    'must have ops:write',
    'with option["force"] == true must have ops:force',
    '--line',
    'ops:restart web',
    '--permission',
    'ops:write',
  ]);
  expect(stdout).toBe(`seen           arg[0] is "web"
satisfied      must have ops:write
does not hold  with option["force"] == true must have ops:force
allowed
`);
  expect(exitCode).toBe(0);
});

it('rule test says which permission a refused line lacks, and exits 1', async () => {
  const { exitCode, stdout } = await chasqui([
    'rule',
    'test',
    'must have ops:write',
    'with option["force"] == true must have ops:force',
    '--line',
    'ops:restart web --force',
    '--permission',
    'ops:write',
  ]);
  expect(stdout).toBe(`seen           arg[0] is "web", option["force"] is on
satisfied      must have ops:write
not satisfied  with option["force"] == true must have ops:force (lacks ops:force)
refused: you need ops:force to run ops:restart
`);
  expect(exitCode).toBe(1);
});

it('rule test --json gives the verdict', async () => {
  const { exitCode, stdout } = await chasqui([
    'rule',
    'test',
    'with arg[0] == "x" allow',
    '--line',
    'go y',
    '--json',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'denied',
    reason: 'no-rule-holds',
    outcomes: [{ held: false }],
    facts: { args: ['y'], options: [] },
    message: expect.stringMatching(/^no rule of go allows it/),
  });
  expect(exitCode).toBe(1);
});

it('rule test takes where, who and when from its options', async () => {
  const said =
    '--line ops:restart --permission ops:write --channel #ops --group oncall --origin api --relay fra-1 --relay-tag dc=fra';
  const { exitCode, stdout } = await chasqui([
    'rule',
    'test',
    'with channel == "#ops" and "oncall" in group and origin == "api" allow',
    'with direct == true or adapter == "slack" or application == "shop" deny',
    'with relay == "fra-1" and "fra" in relay["dc"] and weekday("Asia/Tokyo") == "mon" must have ops:write',
    ...said.split(' '),
    '--at',
    '2026-11-22T15:00:00Z',
  ]);
  expect(stdout).toBe(`seen           neither arguments nor options
seen           channel is "#ops"
seen           group is "oncall"
seen           origin is "api"
seen           direct is "false"
seen           adapter is nothing
seen           application is nothing
seen           relay is "fra-1"
seen           relay["dc"] is "fra"
seen           weekday("Asia/Tokyo") is "mon"
satisfied      with channel == "#ops" and "oncall" in group and origin == "api" allow
does not hold  with direct == true or adapter == "slack" or application == "shop" deny
satisfied      with relay == "fra-1" and "fra" in relay["dc"] and weekday("Asia/Tokyo") == "mon" must have ops:write
allowed
`);
  expect(exitCode).toBe(0);
});

it.each([
  [['--at', 'tomorrow'], 'tomorrow is no time'],
  [['--origin', 'nowhere'], 'Allowed choices are chat, api, schedule, webhook'],
])('rule test refuses %j', async (more, sentence) => {
  const { exitCode, stderr } = await chasqui(['rule', 'test', 'allow', '--line', 'go', ...more]);
  expect(stderr).toContain(sentence);
  expect(exitCode).toBe(64);
});

it('rule test points at what is wrong with a rule', async () => {
  const { exitCode, stderr } = await chasqui(['rule', 'test', 'must hav ops:write', '--line', 'go']);
  expect(stderr).toBe('chasqui: must hav ops:write\n              ^ expected have, not hav\n');
  expect(exitCode).toBe(64);
});

describe('rule test --bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-rules-'));
  const file = join(folder, 'ops.yaml');
  writeFileSync(
    file,
    `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [write, long]
commands:
  db dump:
    description: Dumps
    executable: [/bin/echo]
    options:
      timeout: { short: t, type: duration, default: 1m }
    positionals: [{ name: table, type: list }]
    rules: [must have ops:write, 'with option["timeout"] > 3600000 must have ops:long']
`,
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  it('judges what the command declares, by its own rules', async () => {
    const { exitCode, stdout } = await chasqui([
      'rule',
      'test',
      '--bundle',
      file,
      '--line',
      '!ops:db dump a,b -t 2h',
      '--permission',
      'ops:write',
    ]);
    expect(stdout).toBe(`seen           arg[0] is each of "a" "b", option["timeout"] is "7200000"
satisfied      must have ops:write
not satisfied  with option["timeout"] > 3600000 must have ops:long (lacks ops:long)
refused: you need ops:long to run ops:db dump
`);
    expect(exitCode).toBe(1);
  });

  it('judges other rules in their place', async () => {
    const { stdout } = await chasqui([
      'rule',
      'test',
      'with arg[0] == "b" allow',
      '--bundle',
      file,
      '--line',
      'db dump b',
    ]);
    expect(stdout).toContain('satisfied      with arg[0] == "b" allow\nallowed\n');
  });

  it.each([
    ['what the command does not declare', 'ops:db dump --timeot 5m', /did you mean --timeout/],
    ['a command that is not there', 'ops:db', /ops has no command ops:db; it has db dump/],
  ])('refuses %s, as a chat does', async (_, line, sentence) => {
    const { exitCode, stdout, stderr } = await chasqui(['rule', 'test', '--bundle', file, '--line', line]);
    expect(stderr).toMatch(sentence);
    expect([stdout, exitCode === 0]).toEqual(['', false]);
  });

  it('asks for rules where there are none', async () => {
    const { exitCode, stderr } = await chasqui(['rule', 'test', '--line', 'ops:db dump']);
    expect(stderr).toContain('which rules?');
    expect(exitCode).toBe(64);
  });
});
