import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultCodes } from '@chasqui/bundles';
import { bundleFaultSentence } from '@chasqui/replies';
import { afterAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const example = fileURLToPath(new URL('../../../../examples/bundles/03-ops.yaml', import.meta.url));
writeFileSync(
  join(folder, 'bad.yaml'),
  `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
permisions: [read]
commands:
  go: {description: d, executable: echo hi, rules: [allow]}
`,
);

it('says that a right bundle is right', async () => {
  expect(await chasqui(['bundle', 'lint', example])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'the bundle is right\n',
  });
});

it('tells each fault with its file, line and column, and exits 1', async () => {
  const { exitCode, stdout, stderr } = await chasqui(['bundle', 'lint', example, 'bad.yaml'], {
    cwd: folder,
  });
  expect(stdout).toBe(`bad.yaml:5:1: error: permisions means nothing here; did you mean permissions?
bad.yaml:7:36: error: executable is a list of words: write ["echo", "hi"]
`);
  expect([exitCode, stderr]).toEqual([1, '2 errors in 2 files\n']);
});

it('lets warnings pass and counts them, unless it is to be strict', async () => {
  const files = join(folder, 'warned');
  mkdirSync(files);
  writeFileSync(
    join(files, 'bundle.yaml'),
    `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
commands:
  go: {executable: [/bin/echo], rules: [allow]}
`,
  );
  writeFileSync(join(files, 'bundle.transcript.yaml'), 'not: a bundle\n');
  const { exitCode, stdout, stderr } = await chasqui(['bundle', 'lint', 'warned'], { cwd: folder });
  expect(stdout).toBe(
    `${join('warned', 'bundle.yaml')}:6:3: warning: go has no description; people read it in !help\n`,
  );
  expect([exitCode, stderr]).toEqual([0, 'the bundle is right, with 1 warning\n']);
  const strict = await chasqui(['bundle', 'lint', '--strict', 'warned'], { cwd: folder });
  expect(strict.exitCode).toBe(1);
});

it('says that a folder has no bundle file', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const { exitCode, stderr } = await chasqui(['bundle', 'lint', 'empty'], { cwd: folder });
  expect([exitCode, stderr]).toEqual([1, 'chasqui: there is no bundle file in empty\n']);
});

it('points into a template that cannot be read', async () => {
  const bundle = `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
templates:
  command: |
    {% text %}
    {{ response.out | nonsense }}
    {% endtext %}
commands:
  go: {description: d, executable: [/bin/echo], rules: [allow]}
`;
  const { stdout } = await chasqui(['bundle', 'lint', '-'], { stdin: bundle });
  expect(stdout).toMatch(/^\(standard input\):8:\d+: error: this template cannot be used: /);
});

it('reads standard input', async () => {
  const { exitCode, stdout } = await chasqui(['bundle', 'lint', '-'], { stdin: '- a\n' });
  expect(stdout).toBe(
    '(standard input):1:1: error: a bundle file is a mapping of names to values, this is a list\n',
  );
  expect(exitCode).toBe(1);
});

it('gives faults as JSON, with code, pointer and sentence', async () => {
  const { exitCode, stdout } = await chasqui(['--json', 'bundle', 'lint', 'bad.yaml'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject([
    {
      file: 'bad.yaml',
      ok: false,
      faults: [
        { severity: 'error', code: 'unknown-key', line: 5, column: 1, pointer: '/permisions' },
        {
          code: 'executable-is-text',
          pointer: '/commands/go/executable',
          message: expect.stringContaining('list of words'),
        },
      ],
    },
  ]);
  expect(exitCode).toBe(1);
});

it('names a file that is not there', async () => {
  const { exitCode, stderr } = await chasqui(['bundle', 'lint', 'nothing.yaml'], { cwd: folder });
  expect([exitCode, stderr]).toEqual([1, 'chasqui: nothing.yaml cannot be read: there is no such file\n']);
});

it.each(faultCodes)('has a sentence for %s', (code) => {
  expect(bundleFaultSentence({ code, facts: {} })).not.toContain(code);
});
