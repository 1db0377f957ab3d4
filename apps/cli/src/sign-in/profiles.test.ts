import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer, type Answer } from '../../test/pretend-server.js';
import { readConfig } from '../config.js';

const session = { username: 'ann', token: `chqs_${'x'.repeat(43)}`, expiresAt: '2999-01-01T00:00:00.000Z' };
const ann = { user: { username: 'ann', email: 'a@x' }, groups: [], roles: [], permissions: [] };

describe('profiles', () => {
  let home: string;
  let file: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'chasqui-home-'));
    file = join(home, 'chasqui', 'profiles.json');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const run = (args: string[], more: { stdin?: string; env?: Record<string, string>; cwd?: string } = {}) =>
    chasqui(args, { ...more, env: { XDG_CONFIG_HOME: home, ...more.env } });
  const kept = () =>
    JSON.parse(readFileSync(file, 'utf8')) as { current: string; profiles: Record<string, object> };
  const keep = (profiles: object, current?: string) => {
    mkdirSync(join(home, 'chasqui'), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...(current && { current }), profiles }), { mode: 0o600 });
  };
  const server = (answers: Record<string, Answer> = {}) =>
    pretendServer({ 'GET /me': [200, ann], 'POST /sign-out': [200, {}], ...answers });

  it('begin with a token on standard input, in a file that nobody else reads', async () => {
    const { url, asked } = await server();
    const { stdout, exitCode } = await run(['--url', url, 'login', '--token'], { stdin: 'chq_a\n' });
    expect([exitCode, stdout]).toEqual([
      0,
      `you are ann at ${url}; this is kept as profile default in ${file}\n`,
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'chasqui')).mode & 0o777).toBe(0o700);
    expect(kept()).toEqual({
      current: 'default',
      profiles: { default: { url: `${url}/`, token: 'chq_a', username: 'ann' } },
    });
    expect((await run(['whoami'])).stdout).toMatch(/^username: +ann\n/);
    expect(asked.at(-1)).toEqual({ what: 'GET /me', authorization: 'Bearer chq_a' });
  });

  it('are not made of a token that the server does not take', async () => {
    const { url } = await server({ 'GET /me': [401, { error: { code: 'bad-token', message: 'Unknown.' } }] });
    expect((await run(['--url', url, 'login', '--token'], { stdin: 'chq_a' })).exitCode).toBe(77);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('are not made where nobody is to type anything', async () => {
    const { url, asked } = await server();
    const { stderr, exitCode } = await run(['--url', url, 'login']);
    expect([exitCode, stderr]).toEqual([
      64,
      'chasqui: standard input is no terminal, so nobody can sign in; give a token with --token, or set CHASQUI_TOKEN\n',
    ]);
    expect(asked).toEqual([]);
  });

  it('end with logging out, which ends a session at the server too', async () => {
    const { url, asked } = await server({
      'POST /sign-out': [200, { signOutAt: 'https://idp.example/end' }],
    });
    keep({ default: { url, ...session } }, 'default');
    const { stdout } = await run(['logout']);
    expect(stdout).toBe(
      `ann signed out of ${url}\nto sign out at the identity provider too, open https://idp.example/end\n`,
    );
    expect(asked).toMatchObject([{ what: 'POST /sign-out', authorization: `Bearer ${session.token}` }]);
    expect(kept().profiles).toEqual({ default: { url } });
    expect((await run(['logout'])).stderr).toBe('chasqui: you are not signed in with profile default\n');
  });

  it('are forgotten also where the session was over already', async () => {
    const { url } = await server({
      'POST /sign-out': [401, { error: { code: 'bad-token', message: 'Over.' } }],
    });
    keep({ default: { url, ...session } }, 'default');
    expect((await run(['logout'])).exitCode).toBe(0);
    expect(kept().profiles).toEqual({ default: { url } });
  });

  it('are listed without their tokens, chosen and removed', async () => {
    const one = await server();
    keep({ a: { url: one.url, ...session }, b: { url: 'https://b.example' } }, 'a');
    const list = await run(['profile', 'list']);
    expect(list.stdout).toContain('*  a        http');
    expect(list.stdout).toContain('signed out');
    expect(list.stdout + (await run(['--json', 'profile', 'list'])).stdout).not.toContain('chqs_');
    expect((await run(['profile', 'use', 'b'])).stdout).toBe('b: https://b.example\n');
    expect(kept().current).toBe('b');
    expect((await run(['--profile', 'a', 'whoami'])).exitCode).toBe(0);
    expect((await run(['whoami'], { env: { CHASQUI_PROFILE: 'a' } })).exitCode).toBe(0);
    await run(['profile', 'remove', 'b']);
    expect(kept()).toEqual({ profiles: { a: { url: one.url, ...session } } });
    const none = await run(['profile', 'use', 'constructor']);
    expect([none.exitCode, none.stderr]).toEqual([
      64,
      'chasqui: there is no profile constructor (known: a); make it with: chasqui login --profile constructor --url URL\n',
    ]);
  });

  it.skipIf(process.platform === 'win32')('are refused in a file that others can read', async () => {
    keep({ a: { url: 'http://127.0.0.1:1', ...session } }, 'a');
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(file, mode);
      const { exitCode, stderr } = await run(['whoami']);
      expect([exitCode, stderr]).toEqual([
        64,
        `chasqui: ${file} holds your tokens and others can read it (mode ${mode.toString(8)}); run: chmod 600 ${file}\n`,
      ]);
    }
  });

  it.each([
    '{',
    '{"profiles": {"a": null}}',
    '{"profiles": {"a": {"url": 3}}}',
    '{"current": 1, "profiles": {}}',
    '{"profiles": {"a": {"url": "http://x", "token": "a\\r\\nb: c"}}}',
  ])('are refused that are none: %s', async (text) => {
    mkdirSync(join(home, 'chasqui'));
    writeFileSync(file, text, { mode: 0o600 });
    expect((await run(['whoami'])).exitCode).toBe(64);
  });

  describe('say where to go', () => {
    const env = () => ({ XDG_CONFIG_HOME: home });
    beforeEach(() =>
      keep(
        {
          prod: { url: 'https://prod.example', token: 'chq_prod' },
          test: { url: 'https://test.example', token: 'chq_test' },
        },
        'prod',
      ),
    );
    const where = (options: object, more: Record<string, string> = {}, folder = '/') => {
      const { url, token } = readConfig(options, { ...env(), ...more }, folder);
      return `${url.host} ${token ?? '-'}`;
    };

    it.each([
      ['the current one', {}, {}, 'prod.example chq_prod'],
      ['the one that is named', { profile: 'test' }, {}, 'test.example chq_test'],
      ['the one of the environment', {}, { CHASQUI_PROFILE: 'test' }, 'test.example chq_test'],
      [
        'an option before the environment',
        { profile: 'test' },
        { CHASQUI_URL: 'https://x.example', CHASQUI_TOKEN: 'told' },
        'test.example chq_test',
      ],
      ['a token that is told', {}, { CHASQUI_TOKEN: 'told' }, 'prod.example told'],
      ['never its token to another server', { url: 'https://evil.example' }, {}, 'evil.example -'],
      ['nor by the environment', {}, { CHASQUI_URL: 'https://evil.example' }, 'evil.example -'],
      ['nor by its own name', { profile: 'prod', url: 'https://evil.example' }, {}, 'evil.example -'],
      ['nor to another port', { url: 'https://prod.example:8443' }, {}, 'prod.example:8443 -'],
    ])('%s', (_, options, more, expected) => expect(where(options, more)).toBe(expected));

    it('but not in a folder that has a solo mode of its own, unless one is named', () => {
      mkdirSync(join(home, '.chasqui'));
      writeFileSync(join(home, '.chasqui', 'admin-token'), 'solo\n');
      expect(where({}, {}, home)).toBe('127.0.0.1:7400 solo');
      expect(where({ profile: 'test' }, {}, home)).toBe('test.example chq_test');
    });
  });
});
