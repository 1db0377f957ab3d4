import { setFlagsFromString } from 'node:v8';

/**
 * A relay waits more than it works, often on somebody else's small machine. To be called before anything else is loaded: it is then 12 MiB
 * smaller at rest and 30 after thousands of commands, for up to a fifth more CPU of its own: 0.2 ms for each command.
 */
export function staySmall(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

const flags = [
  // It need not hold 30 MiB for objects that die young, nor let garbage grow to what is alive before it looks.
  '--max-semi-space-size=1',
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=20',
  // Without the two optimizing compilers; the quick one, for what runs often, stays.
  '--no-opt',
  '--no-maglev',
];
