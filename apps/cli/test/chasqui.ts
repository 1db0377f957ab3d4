import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/chasqui.mjs', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs `chasqui` to its end, with nothing of this process's environment that could lead it to a real server. */
export async function chasqui(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return await ended(startChasqui(args, surroundings));
}

export function startChasqui(
  args: readonly string[],
  { env, cwd = '/', stdin = '' }: Surroundings = {},
): ChildProcess {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { PATH: process.env['PATH'], ...env } });
  child.stdin.end(stdin);
  return child;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { exitCode, stdout, stderr };
}
