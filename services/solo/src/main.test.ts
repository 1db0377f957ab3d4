import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const main = new URL('../dist/main.js', import.meta.url).pathname;
const data = mkdtempSync(join(tmpdir(), 'chq-solo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Solo mode as a process, with lines piped in. */
async function solo(
  lines: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  child.stdin.end(lines);
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, out, err };
}

it('answers what is piped in, in order, and succeeds if every command did', async () => {
  expect(
    await solo('!echo:echo hello\n\n# a comment\necho:echo "again  and" again\n', '--ephemeral'),
  ).toMatchObject({
    code: 0,
    out: 'hello\nagain  and again\n',
  });
});

it('fails if one command did not succeed, and still answers the others', async () => {
  const { code, out, err } = await solo('!nope\n!echo:echo after\n', '--ephemeral');
  expect(code).toBe(1);
  expect(out).toBe('after\n');
  expect(err).toContain('there is no command');
});

it('keeps people and runs between two starts, and lets somebody else speak', async () => {
  await solo('!echo:echo one\n', '--data', data);
  const { code, out, err } = await solo('!echo:echo two\n', '--data', data, '--as', 'nobody');
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('there is no user');
});

it('says that a directory was written with another secret key, and shows no stack', async () => {
  const key = join(data, 'secret-key');
  const before = readFileSync(key);
  writeFileSync(key, 'ab'.repeat(32));
  const { code, err } = await solo('!echo:echo hello\n', '--data', data);
  writeFileSync(key, before);
  expect(code).toBe(78);
  expect(err).toContain('was stored with another one; give that');
  expect(err).not.toContain('    at ');
});

it('refuses a directory that another one has open, and loses nothing', async () => {
  const first = spawn(process.execPath, [main, '--data', data], { stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise<void>((resolve) => {
    first.stdout.once('data', () => resolve());
    first.stdin.write('!echo:echo up\n');
  });
  const { code, err } = await solo('!echo:echo hello\n', '--data', data);
  first.stdin.end();
  expect(code).toBe(1);
  expect(err).toContain(`process ${first.pid}`);
  expect(await new Promise((resolve) => first.on('exit', resolve))).toBe(0);
});

it.each([
  ['--policy', 'executables: perhaps'],
  ['--templates', 'command: "{{ response.out | nonsense }}"'],
])('says what is wrong in the file of %s', async (option, text) => {
  const file = join(data, 'file.yaml');
  writeFileSync(file, text);
  const { code, err } = await solo('', '--ephemeral', option, file);
  expect(code).toBe(78);
  expect(err).toContain(`  - ${file}: `);
  expect(err).not.toContain('    at ');
});

it('says what is wrong with its options', async () => {
  expect(await solo('', '--port', 'x')).toMatchObject({ code: 64, err: expect.stringContaining('--port x') });
  expect(await solo('', '--what')).toMatchObject({ code: 64, err: expect.stringContaining('--what') });
});
