import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';

/**
 * `chasqui bundle test`: plays transcripts in solo mode, which is a process of its own; it prints what there is to say. This one ends as
 * that one does.
 */
export async function testBundles(
  named: readonly string[],
  { json, update }: GlobalOptions & { readonly update?: true },
): Promise<void> {
  const words = [...(json ? ['--json'] : []), ...(update ? ['--update'] : []), '--', ...named];
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', player(), ...words], {
    stdio: 'inherit',
  });
  const exitCode = await endOf(child);
  if (exitCode !== 0) throw new Stop('', exitCode);
}

/** The program that plays them. */
function player(): string {
  const missing = new Stop(
    'solo mode is not installed here, and transcripts are played in it; run this where all of Chasqui is, and built',
    exitCodes.unreachable,
  );
  try {
    const program = fileURLToPath(import.meta.resolve('@chasqui/solo/test-bundle'));
    if (existsSync(program)) return program;
  } catch {
    throw missing;
  }
  throw missing;
}

/** Ctrl-C reaches both; what is sent to this process alone goes on to that one, which then takes its room down and ends. */
async function endOf(child: ChildProcess): Promise<number> {
  const passOn = (name: NodeJS.Signals) => {
    if (name !== 'SIGINT') child.kill(name);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, passOn);
  const ended = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? exitCodes.interrupted));
  });
  for (const name of signals) process.off(name, passOn);
  return ended;
}
