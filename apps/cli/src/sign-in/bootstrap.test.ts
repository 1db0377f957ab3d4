import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-bootstrap-'));
const [tokenFile, save] = [join(folder, 'bootstrap-token'), join(folder, 'mine')];
writeFileSync(tokenFile, 'chq_boot\n');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(save, { force: true }));

const made = { user: { username: 'ann', email: 'a@x' }, token: 'chq_mine' };
const args = ['bootstrap', 'ann', '--email', 'a@x'];

it('makes the first administrator, and shows their token alone', async () => {
  const { url, asked } = await pretendServer({ 'POST /bootstrap': [201, made] });
  const env = { CHASQUI_URL: url, CHASQUI_BOOTSTRAP_TOKEN_FILE: tokenFile, CHASQUI_TOKEN_FILE: '/nowhere' };
  const { stdout, stderr, exitCode } = await chasqui([...args, '--name', 'Ann'], { env });
  expect([exitCode, stdout]).toEqual([0, 'chq_mine\n']);
  expect(stderr).toContain(`ann administers ${url} now`);
  expect(asked).toEqual([
    { what: 'POST /bootstrap', body: { token: 'chq_boot', username: 'ann', email: 'a@x', fullName: 'Ann' } },
  ]);
});

it('puts the token into a file, once', async () => {
  const { url, asked } = await pretendServer({ 'POST /bootstrap': [201, made] });
  const all = ['--url', url, ...args, '--bootstrap-token-file', tokenFile, '--save', save];
  expect((await chasqui(all)).stdout).not.toContain('chq_mine');
  expect(readFileSync(save, 'utf8')).toBe('chq_mine\n');
  expect(statSync(save).mode & 0o777).toBe(0o600);
  expect((await chasqui(all)).stdout).toBe(`${save} is there already; nothing was done\n`);
  expect(asked).toHaveLength(1);
});

it('leaves no file where the server says no', async () => {
  const { url } = await pretendServer({
    'POST /bootstrap': [
      409,
      { error: { code: 'bootstrapped', message: 'There is an administrator already.' } },
    ],
  });
  const { exitCode, stderr } = await chasqui(['--url', url, ...args, '--save', save], {
    env: { CHASQUI_BOOTSTRAP_TOKEN: 'chq_boot' },
  });
  expect([exitCode, stderr]).toEqual([1, 'chasqui: There is an administrator already.\n']);
  expect(existsSync(save)).toBe(false);
});

it('says what is missing', async () => {
  const { exitCode, stderr } = await chasqui(args);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('the bootstrap token is missing');
});
