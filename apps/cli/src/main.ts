import { CommanderError } from 'commander';
import { program } from './program.js';
import { exitCodes, Stop } from './stop.js';

/*
 * The chasqui command. It speaks HTTP with the API and needs nothing else of Chasqui but the pure languages; each group of
 * commands is a file of its own that is loaded when it is named, so that `chasqui --version` costs what Node costs.
 */

process.stdout.on('error', (failed: NodeJS.ErrnoException) =>
  process.exit(failed.code === 'EPIPE' ? exitCodes.pipeClosed : 1),
);

try {
  const chasqui = await program(process.argv.slice(2));
  await chasqui.parseAsync();
} catch (thrown) {
  process.exitCode = tell(thrown);
}

function tell(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodes.usage;
  if (!(thrown instanceof Stop)) throw thrown;
  if (thrown.message) process.stderr.write(`chasqui: ${thrown.message}\n`);
  return thrown.exitCode;
}
