import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@chasqui/contracts';
import { usualGraceMs, type Driver, type OutputStream, type Watch, type Work } from './driver.js';
import { executionName } from './execution-name.js';
import { Flow } from './flow.js';
import { collectFiles, layFiles } from './process-files.js';
import { isAlive, pidOf, processIdentity } from './process-identity.js';

/** How long output may stay silent after the command has ended before what holds it open is no longer waited for. */
const silenceMs = 2000;

/**
 * Runs commands as plain processes of this machine: no shell, an environment of exactly what the order says (and a PATH), an empty folder
 * of its own under `home` to work in, where its files are too, and a process group of its own that is killed as a whole. What may be run at all is the policy's
 * business. Limits on memory, CPUs and processes are not enforced here: that takes a container.
 */
export function processDriver(home: string, anythingAllowed: () => boolean = () => true): Driver {
  const folderOf = (work: Pick<Work, 'executionId' | 'attempt'>) => join(home, executionName(work));
  return {
    name: 'process',
    available: async () => anythingAllowed() || { why: "this relay's policy lists no executables" },
    async run(work, watch, signal) {
      if (signal.aborted) return { kind: 'cancelled' };
      const folder = folderOf(work);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const child = await start({ ...work, env: { ...work.env, ...(await layFiles(folder, work)) } }, folder);
      if (child instanceof Error) return notStarted(child);
      const outcome = await follow(child, work, watch, signal);
      const collected = await collectFiles(folder, work);
      if (collected) watch.collected?.(collected);
      return outcome;
    },
    async adopt(work, handle, watch, signal) {
      const outcome = await adopt(work, handle, watch, signal);
      // What it had left by its end stands in its folder, whoever saw that.
      const collected = await collectFiles(folderOf(work), work);
      if (collected) watch.collected?.(collected);
      return outcome;
    },
    forget: (work) => rm(folderOf(work), { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The child, or the error that says why there is none. */
async function start(work: Work, cwd: string): Promise<ChildProcess | NodeJS.ErrnoException> {
  const [program, ...words] = [...work.executable, ...work.args];
  try {
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...work.env };
    const child = spawn(program!, words, { cwd, env, detached: true, stdio: 'pipe' });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

async function follow(child: ChildProcess, work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
  let stopped = false;
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, name) => resolve(code ?? 128 + constants.signals[name!]));
  });
  const stop = async () => {
    stopped = true;
    kill(child.pid!, 'SIGTERM');
    await Promise.race([ended, delay(work.stopGraceMs ?? usualGraceMs, undefined, { ref: false })]);
    kill(child.pid!, 'SIGKILL');
  };
  const onAbort = () => void stop();

  const started = processIdentity(child.pid!).then((handle) => watch.started(handle ?? String(child.pid)));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  // A program need not read what it is given.
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(work.stdin ?? '');
  const flow = new Flow(watch);
  // Read from this moment on: what nobody reads when a child exits, Node throws away.
  const drained = Promise.all([
    copy(child.stdout!, 'stdout', flow, started),
    copy(child.stderr!, 'stderr', flow, started),
  ]);

  const [exitCode] = await Promise.all([ended, started]);
  signal.removeEventListener('abort', onAbort);
  // What it left running in the background goes with it, as it would in a container.
  kill(child.pid!, 'SIGKILL');
  if (!(await flow.untilSilent(drained, silenceMs))) {
    child.stdout!.destroy();
    child.stderr!.destroy();
    await drained;
  }
  return stopped ? { kind: 'cancelled' } : { kind: 'exited', exitCode };
}

/** Reads no faster than the watch takes. */
async function copy(from: Readable, stream: OutputStream, flow: Flow, started: Promise<void>): Promise<void> {
  try {
    for await (const bytes of from) {
      await started;
      await flow.write(stream, bytes as Buffer);
    }
  } catch {
    // Destroyed because it stayed open: what came until then is what there is.
  }
}

async function adopt(
  work: Work,
  handle: string | undefined,
  watch: Watch,
  signal: AbortSignal,
): Promise<Outcome> {
  if (handle === undefined) {
    return {
      kind: 'unknown',
      detail: 'the relay died while it was starting it; whether it ran cannot be known',
    };
  }
  if (!(await isAlive(handle))) {
    return {
      kind: 'unknown',
      detail: 'it was running when the relay died, and ended while the relay was away',
    };
  }
  watch.started(handle);
  while (await isAlive(handle)) {
    if (signal.aborted) return stopAdopted(handle, work.stopGraceMs ?? usualGraceMs);
    await delay(200, undefined, { signal }).catch(() => undefined);
  }
  kill(pidOf(handle), 'SIGKILL');
  return {
    kind: 'unknown',
    detail:
      'it went on running when the relay died, and has ended since; its exit code and its output are lost',
  };
}

async function stopAdopted(handle: string, graceMs: number): Promise<Outcome> {
  kill(pidOf(handle), 'SIGTERM');
  for (let waited = 0; waited < graceMs && (await isAlive(handle)); waited += 50) await delay(50);
  kill(pidOf(handle), 'SIGKILL');
  return { kind: 'cancelled' };
}

/** To the whole group. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody left in it.
  }
}

function notStarted(error: NodeJS.ErrnoException): Outcome {
  const ofTheMachine = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(error.code ?? '');
  return {
    kind: 'not-started',
    code: ofTheMachine ? 'engine-unavailable' : 'executable-missing',
    detail: error.message,
  };
}
