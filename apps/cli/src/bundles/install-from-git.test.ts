import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const cwd = mkdtempSync(join(tmpdir(), 'chasqui-from-git-'));
const repository = join(cwd, 'bundles.git');
const temporary = join(cwd, 'tmp');
afterAll(() => rmSync(cwd, { recursive: true }));

const git = (...words: string[]) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  }).trim();

beforeAll(() => {
  mkdirSync(join(repository, 'ops'), { recursive: true });
  mkdirSync(temporary);
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(repository, 'ops', 'bundle.yaml'), 'name: first\n');
  writeFileSync(join(repository, 'ops', 'other.yaml'), 'name: other\n');
  writeFileSync(join(repository, 'secret'), 'name: linked\n');
  symlinkSync('/etc/passwd', join(repository, 'out.yaml'));
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('tag', 'v1');
  writeFileSync(join(repository, 'ops', 'bundle.yaml'), 'name: second\n');
  git('commit', '--quiet', '-am', 'second');
});

async function install(source: string, ...options: string[]) {
  const server = await pretendServer({
    'POST /bundles': [201, { name: 'ops', version: '1.0.0', enabled: false, commands: [] }],
  });
  const ended = await chasqui(['bundle', 'install', source, '--url', server.url, ...options], {
    cwd,
    env: { TMPDIR: temporary, HOME: cwd },
  });
  return { ...ended, sent: (server.asked[0]?.body as { source?: string } | undefined)?.source };
}

it.each<[string, () => string, string]>([
  ['a folder with bundle.yaml in it', () => './bundles.git//ops', 'name: second\n'],
  ['a file', () => 'bundles.git//ops/other.yaml', 'name: other\n'],
  ['a tag', () => 'git+./bundles.git//ops/bundle.yaml@v1', 'name: first\n'],
  ['a branch of a file: address', () => `file://${repository}//ops@main`, 'name: second\n'],
  ['a commit', () => `bundles.git//ops@${git('rev-parse', 'v1')}`, 'name: first\n'],
])('installs %s', async (_, source, text) => {
  expect(await install(source())).toMatchObject({ exitCode: 0, sent: text });
  expect(readdirSync(temporary)).toEqual([]);
});

it.each<[string, string, string]>([
  [
    'a ref that is not there',
    'bundles.git//ops@v9',
    "git cannot get bundles.git: fatal: couldn't find remote ref v9",
  ],
  ['a path that is not there', 'bundles.git//nothing', 'there is no nothing in bundles.git'],
  ['a repository that is not there', 'none.git//ops', 'git cannot get none.git: '],
  ['what is no bundle of ours to read', 'bundles.git//.git/config', 'there is no .git/config in bundles.git'],
])('says so of %s', async (_, source, sentence) => {
  const { exitCode, stderr, sent } = await install(source);
  expect(stderr).toContain(sentence);
  expect([exitCode === 0, sent]).toEqual([false, undefined]);
  expect(readdirSync(temporary)).toEqual([]);
});

it('follows no link out of the repository', async () => {
  expect((await install('bundles.git//out.yaml')).sent).toBe('/etc/passwd');
});

it('takes only what has the sum that was named', async () => {
  const sum = createHash('sha256').update('name: first\n').digest('hex');
  expect(await install('bundles.git//ops@v1', '--sha256', sum)).toMatchObject({ exitCode: 0 });
  const { exitCode, stderr, sent } = await install('bundles.git//ops', '--sha256', sum.toUpperCase());
  const other = createHash('sha256').update('name: second\n').digest('hex');
  expect(stderr).toBe(
    `chasqui: bundles.git//ops is not what you asked for: its SHA-256 sum is ${other}, and was to be ${sum}; nothing was installed\n`,
  );
  expect([exitCode, sent]).toEqual([1, undefined]);
});

it('says that git is missing', async () => {
  const { exitCode, stderr } = await chasqui(['bundle', 'install', 'bundles.git//ops'], {
    cwd,
    env: { PATH: temporary, TMPDIR: temporary },
  });
  expect([exitCode, stderr]).toEqual([
    69,
    'chasqui: bundles.git is a Git repository, and there is no git on this machine; install it, or name the file itself\n',
  ]);
});
