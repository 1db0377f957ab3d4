import { expect, it } from 'vitest';
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
  expect(stdout).toBe(`satisfied      must have ops:write
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
  expect(stdout).toBe(`satisfied      must have ops:write
not satisfied  with option["force"] == true must have ops:force (lacks ops:force)
refused: missing-permission (lacks ops:force)
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
  });
  expect(exitCode).toBe(1);
});

it('rule test points at what is wrong with a rule', async () => {
  const { exitCode, stderr } = await chasqui(['rule', 'test', 'must hav ops:write', '--line', 'go']);
  expect(stderr).toBe('chasqui: must hav ops:write\n              ^ expected have, not hav\n');
  expect(exitCode).toBe(64);
});
