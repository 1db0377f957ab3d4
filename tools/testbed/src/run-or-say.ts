import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a program, and answers what it printed. Throws with the end of what it said where it fails, or is not there. */
export async function runOrSay(program: string, ...args: string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`there is no ${program}`, { cause: error });
    throw new Error(`${program} failed: ${(stderr || stdout || '').trim().slice(-500)}`, { cause: error });
  }
}
