import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
file('good.liquid', '{% header "Said" %}\n{{ response.out }} ({{ request.user.username }})\n');
file('bad.liquid', 'Hello\n{{ respose.out }}\n');
file('data.json', '{"response": {"out": "hello"}}');
file('go.tmpl', '{{ text | monospace true }}{{ .Response.Out }}{{ endtext }}');
file(
  'ops.yaml',
  `gort_bundle_version: 1
name: ops
version: 1.0.0
description: d
image: debian:12
templates:
  command: '{{ text }}{{ .Response.Out }}{{ endtext }}'
  command_error: '{{ env "HOME" }}'
commands:
  go: {description: d, executable: [/bin/go], rules: [allow], templates: {command: '{{ header | title "Gone" }}'}}
`,
);
const run = (...args: string[]) => chasqui(['template', ...args], { cwd: folder });

it('shows what a template makes of an answer, as text or as blocks', async () => {
  expect(await run('preview', 'good.liquid', '--data', 'data.json')).toEqual({
    exitCode: 0,
    stdout: 'Said\nhello (alice)\n',
    stderr: '',
  });
  const { stdout } = await run('preview', 'good.liquid', '--data', 'data.json', '--json');
  expect(JSON.parse(stdout)).toEqual([
    { kind: 'header', text: 'Said' },
    { kind: 'text', text: 'hello (alice)' },
  ]);
});

it('shows those of a bundle, Gort’s too', async () => {
  const shown = async (...more: string[]) =>
    (await run('preview', 'ops.yaml', '--data', 'data.json', ...more)).stdout;
  expect(await shown()).toBe('hello\n');
  expect(await shown('--command', 'go')).toBe('Gone\n');
  expect((await run('preview', 'go.tmpl', '--gort', '--data', 'data.json')).stdout).toBe('hello\n');
});

it('tries those for failures with a command that failed', async () => {
  writeFileSync(join(folder, 'failed.liquid'), '{{ response.exitCode }} {{ response.err }}');
  const shown = (...more: string[]) => run('preview', 'failed.liquid', '--kind', 'command_error', ...more);
  expect((await shown()).stdout).toBe('1 web does not answer\n');
  expect((await run('preview', 'failed.liquid')).stdout).toBe('0\n');
});

it('points at what is wrong', async () => {
  expect(await run('preview', 'bad.liquid')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'chasqui: bad.liquid:2:4: there is no respose here; there is request, response, error, data or payload\n{{ respose.out }}\n   ^\n',
  });
});

it.each([
  [
    ['preview', 'good.liquid', '--kind', 'x'],
    64,
    'there is no kind x; it is one of command, command_error, message, message_error',
  ],
  [['preview', 'good.liquid', '--data', 'good.liquid'], 64, 'good.liquid is not JSON'],
  [['preview', 'ops.yaml', '--command', 'x'], 64, 'ops has no command x; it has go'],
  [
    ['preview', 'ops.yaml', '--kind', 'message'],
    1,
    'there is no message template for it; what is printed is shown as it is',
  ],
  [
    ['preview', 'ops.yaml', '--kind', 'command_error'],
    1,
    'ops.yaml:1:4: warning: the function env has no equivalent here',
  ],
])('%j is answered with exit code %i', async (args, exitCode, said) => {
  const ended = await run(...args);
  expect(ended.stderr).toContain(said);
  expect(ended.exitCode).toBe(exitCode);
});

it('lints templates and all of a bundle’s', async () => {
  expect(await run('lint', 'good.liquid', 'bad.liquid', 'ops.yaml')).toEqual({
    exitCode: 1,
    stdout: `bad.liquid:2:4: error: there is no respose here; there is request, response, error, data or payload
{{ respose.out }}
   ^
ops.yaml: templates.command_error:1:4: warning: the function env has no equivalent here; what is printed is shown as without a template
{{ env "HOME" }}
   ^
`,
    stderr: '',
  });
  expect(await run('lint', 'good.liquid')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'the templates are right\n',
  });
});
