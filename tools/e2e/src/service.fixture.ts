import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll } from 'vitest';
import { until } from './until.fixture.js';

/** One of our programs as a process, with what it wrote. */
export interface Service {
  readonly process: ChildProcess;
  readonly name: string;
  /** What it wrote so far: to standard output, to standard error, to both. */
  out(): string;
  err(): string;
  log(): string;
  /** Resolves once its log has this, and throws with the log if it ends without, or has not said it after twenty seconds. */
  says(text: string | RegExp): Promise<void>;
  /** Resolves once it has ended, with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** As Docker stops it: SIGTERM, and SIGKILL if it has not ended ten seconds later. Resolves with how it ended. */
  stop(): Promise<number | NodeJS.Signals>;
}

/** Those that run. They end with the test file, and with this process, whatever a test that hangs has left undone. */
const running = new Set<ChildProcess>();
const endAll = () => running.forEach((child) => child.kill('SIGKILL'));
afterAll(endAll);
process.once('exit', endAll);
for (const end of ['SIGTERM', 'disconnect'] as const) process.once(end, () => process.exit());

/** Starts a Node program with exactly this environment, and a PATH and a HOME. */
export function startService(program: string, env: Record<string, string>, ...args: string[]): Service {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let [out, err, log] = ['', '', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((out += text), (log += text)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => ((err += text), (log += text)));
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal!);
    }),
  );
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    process: child,
    name: program,
    out: () => out,
    err: () => err,
    log: () => log,
    ended,
    says: async (text) => {
      const said = () => (typeof text === 'string' ? log.includes(text) : text.test(log));
      await until(() => said() || isOver()).catch(() => undefined);
      // What it wrote last may arrive after its end.
      if (isOver()) await ended;
      if (!said()) throw new Error(`never said ${text}:\n${log}`);
    },
    kill: async (signal) => {
      if (!isOver()) child.kill(signal);
      await ended;
    },
    stop: async () => {
      const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(impatience);
      return ended;
    },
  };
}
