import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const examples = join(root, 'examples', 'bundles');
const folder = mkdtempSync(join(tmpdir(), 'chasqui-transcripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function chasqui(...words: string[]) {
  const program = join(root, 'apps', 'cli', 'bin', 'chasqui.mjs');
  const child = spawn(process.execPath, [program, 'bundle', ...words], { cwd: folder, stdio: 'pipe' });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { stdout: await text(child.stdout), stderr: await text(child.stderr), exitCode: await exit };
}

it('has a transcript for every example', () => {
  const files = readdirSync(examples);
  const without = files.filter(
    (file) => /^[^.]+\.yaml$/.test(file) && !files.includes(file.replace('.yaml', '.transcript.yaml')),
  );
  expect(without).toEqual([]);
});

it('plays every example as its transcript says', { timeout: 120_000 }, async () => {
  const { stdout, exitCode } = await chasqui('test', examples);
  expect(stdout).toMatch(/^\d+ passed, 0 failed$/m);
  expect(exitCode).toBe(0);
});

it('plays what `bundle new` writes, as it is', async () => {
  await chasqui('new', 'deploys');
  expect(await chasqui('test', 'deploys')).toEqual({
    stdout: `✓ ${join('deploys', 'bundle.transcript.yaml')}: 3 passed\n3 passed, 0 failed\n`,
    stderr: '',
    exitCode: 0,
  });
});

const greet = `people: { ann: [] }
policy: { executables: [/bin/echo] }
relays: { fra: [dc=fra] }
aliases: { hi: 'greet:hello there' }
transcript:
  - ann: '!hi'
  - chasqui: hello there
  - ann: '!greet:hello world'
  - chasqui: |
      hello
      world
  - ann: '!greet:hello > @ann'
    chasqui: sent to @…
  - chasqui: hello
    room: '@ann'
`;
writeFileSync(
  join(folder, 'greet.yaml'),
  `chasqui_bundle_version: 1
name: greet
version: 1.0.0
description: Says hello
config: { API_URL: { required: true }, PORT: { type: int } }
commands: { hello: { description: Says it, executable: [/bin/echo, hello], rules: [allow] } }
`,
);
const transcript = join(folder, 'greet.transcript.yaml');

it('shows line by line what was heard instead, and writes it on demand', { timeout: 60_000 }, async () => {
  writeFileSync(transcript, `${greet}config: { greet: { API_URL: 'http://x' } }\n`);
  const { stdout, exitCode } = await chasqui('test', 'greet.yaml');
  expect(stdout.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'))
    .toBe(`✗ greet.transcript.yaml: 1 passed, 2 failed

greet.transcript.yaml:8: ann: !greet:hello world (run ID)
  line 9: - expected, + heard
    - hello
    - world
    + hello world

greet.transcript.yaml:12: ann: !greet:hello > @ann (run ID)
  line 14: - expected, + heard in ann
    + ann ran: greet:hello > @ann
      hello

1 passed, 2 failed
`);
  expect(exitCode).toBe(1);

  const updated = await chasqui('test', '--update', '--json', 'greet.yaml');
  expect(JSON.parse(updated.stdout)).toMatchObject({ passed: 3, failed: 0, transcripts: [{ updated: 2 }] });
  expect(readFileSync(transcript, 'utf8')).toContain(
    `  - ann: '!greet:hello world'\n  - chasqui: hello world\n`,
  );
  expect((await chasqui('test', 'greet.yaml')).exitCode).toBe(0);
});

it('tells everything that is wrong with a transcript and its bundle', async () => {
  writeFileSync(transcript, `${greet}nonsense: 1\nbundles: [nowhere.yaml]\n`);
  expect(await chasqui('test', 'greet.transcript.yaml')).toEqual({
    stdout: `✗ greet.transcript.yaml: 0 passed, 1 failed
greet.transcript.yaml:16:1: error: nonsense means nothing here; what may stand here: bundles, people, relays, policy, config, aliases, recorded, transcript
0 passed, 1 failed
`,
    stderr: '',
    exitCode: 1,
  });
  writeFileSync(transcript, `${greet}bundles: [nowhere.yaml]\n`);
  expect((await chasqui('test')).stdout).toContain(
    'greet.transcript.yaml:16:11: error: the bundle nowhere.yaml cannot be read: there is no such file',
  );
});

it('tells what cannot be had before the first line', async () => {
  writeFileSync(transcript, `${greet}config: { greet: { API_URL: x, PORT: many } }\n`);
  const { stdout, exitCode } = await chasqui('test', 'greet.yaml');
  expect(stdout).toMatch(/^greet\.transcript\.yaml:16:38: error: .*PORT/m);
  expect(exitCode).toBe(1);
});

it('says that there is no transcript', async () => {
  writeFileSync(join(folder, 'lonely.yaml'), '');
  expect(await chasqui('test', 'lonely.yaml')).toEqual({
    stdout: '',
    stderr:
      'chasqui: there is no transcript beside lonely.yaml; write one and call it lonely.transcript.yaml\n',
    exitCode: 1,
  });
});
