import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineAnswers, runningEngine } from './running-engine.js';

export interface Engine {
  /** To be given as `DOCKER_HOST`. */
  readonly dockerHost: string;
  /** Which engine this is, in a few words, for the line that says what the tests used. */
  readonly about: string;
  /** The process whose network namespace published ports live in; only where we started the engine ourselves. */
  readonly namespaceOf?: number;
  stop(): Promise<void>;
}

/**
 * A container engine for tests: the one of `DOCKER_HOST` or the machine's own if it answers; else, where we are root and `dockerd` is
 * installed, one of our own in network and mount namespaces of its own, which takes everything with it when it stops.
 */
export async function startEngine(): Promise<Engine | { unavailable: string }> {
  const dockerHost = await runningEngine();
  if (dockerHost) return { dockerHost, about: `the engine at ${dockerHost}`, stop: async () => undefined };
  if (process.getuid?.() !== 0)
    return { unavailable: 'no container engine answers, and starting one needs root' };
  if (!['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path))) {
    return {
      unavailable:
        'no container engine answers, and dockerd is not installed (apt-get install docker.io busybox-static)',
    };
  }
  return startOurOwn();
}

async function startOurOwn(): Promise<Engine | { unavailable: string }> {
  // Socket paths end at 108 bytes, so the folder stays directly under the temp folder.
  const home = mkdtempSync(join(tmpdir(), 'chq-eng-'));
  const dockerHost = `unix://${home}/docker.sock`;
  const script = fileURLToPath(new URL('../src/engine.sh', import.meta.url));
  const child = spawn(
    'unshare',
    ['--net', '--mount', '--propagation', 'private', '--', 'bash', script, home],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const stop = async () => {
    child.stdin?.end();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  while (child.exitCode === null && child.pid !== undefined) {
    if (await engineAnswers(dockerHost))
      return { dockerHost, about: 'a dockerd of our own', namespaceOf: child.pid, stop };
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  const log = readLog(home);
  await stop();
  return { unavailable: `dockerd did not start: ${log}` };
}

function readLog(home: string): string {
  const path = join(home, 'log');
  return existsSync(path)
    ? readFileSync(path, 'utf8').trim().split('\n').slice(-3).join(' | ')
    : 'it said nothing';
}
