import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { exitCodes, Stop } from '../stop.js';
import type { BundleSource } from './bundle-source.js';

/** In milliseconds, for each step. */
const patience = 120_000;

/**
 * Gets one commit of a repository with the machine's own Git, so that its keys and helpers work, and hands the file or folder meant to
 * `use`. What was fetched is gone afterwards. Git asks nobody anything, runs no hooks, and follows neither submodules nor links that lead out.
 * @throws Stop
 */
export async function withClone<T>(
  { repository, path, ref }: Extract<BundleSource, { kind: 'git' }>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'chasqui-git-')));
  const fetched = /^[a-z]+:\/\//i.test(repository) || isScp(repository) ? repository : resolve(repository);
  try {
    await git(folder, ['init', '--quiet', '--', folder], repository);
    await git(
      folder,
      ['fetch', '--quiet', '--depth=1', '--no-tags', '--', fetched, ref ?? 'HEAD'],
      repository,
    );
    await git(folder, ['checkout', '--quiet', '--detach', 'FETCH_HEAD', '--'], repository);
    return await use(await inside(folder, path, repository));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `git@host:repo.git` */
function isScp(repository: string): boolean {
  return /^[\w.-]+@[\w.-]+:/.test(repository);
}

async function inside(folder: string, path: string, repository: string): Promise<string> {
  const missing = new Stop(`there is no ${path} in ${repository}`);
  const found = await realpath(join(folder, path)).catch(() => {
    throw missing;
  });
  const within = relative(folder, found);
  if (within.startsWith('..') || isAbsolute(within) || within.split('/')[0] === '.git') throw missing;
  return found;
}

const environment = {
  GIT_TERMINAL_PROMPT: '0',
  // Nothing that a repository or its address says may start a program.
  GIT_ALLOW_PROTOCOL: 'file:http:https:ssh',
  LC_ALL: 'C',
};

async function git(folder: string, words: readonly string[], repository: string): Promise<void> {
  const { execFile } = process.getBuiltinModule('node:child_process');
  const safe = [
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'core.symlinks=false',
    '-c',
    'submodule.recurse=false',
  ];
  await new Promise<void>((done, fail) => {
    execFile(
      'git',
      [...safe, '-C', folder, ...words],
      { env: { ...process.env, ...environment }, timeout: patience, windowsHide: true },
      (failed, _stdout, stderr) => (failed ? fail(whyNot(failed, stderr, repository)) : done()),
    );
  });
}

function whyNot(
  failed: Error & { code?: unknown; killed?: boolean },
  stderr: string,
  repository: string,
): Stop {
  if (failed.code === 'ENOENT')
    return new Stop(
      `${repository} is a Git repository, and there is no git on this machine; install it, or name the file itself`,
      exitCodes.unreachable,
    );
  const why = failed.killed ? 'no answer in time' : stderr.trim().split('\n').at(-1) || failed.message;
  return new Stop(`git cannot get ${repository}: ${why}`, exitCodes.unreachable);
}
