import type { Command } from 'commander';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

/** `chasqui locks` */
export function define(locks: Command): void {
  locks.action(async (_options, command: Command) => {
    const { api, show } = session(command);
    show(await api.get<{ locks: Lock[] }>('/locks'), (answer) => inWords(answer.locks));
  });
}

function inWords(locks: readonly Lock[]): string {
  if (locks.length === 0) return 'nobody has a lock, and nobody waits for one';
  return table(['name', 'who', 'state', 'since', 'until', 'command', 'run'], locks.flatMap(rowsOf));
}

/** Whoever has it, and then who waits for it in their order. */
function rowsOf({ name, holders, waiting }: Lock) {
  return [
    ...holders.map(({ username, since, lostUntil, command, runId }) => {
      const state = lostUntil === undefined ? 'has it' : 'lost';
      return [name, username, state, since && ago(since, Date.now()), lostUntil, command, runId];
    }),
    ...waiting.map(({ username, position, until, command, runId }) => {
      return [name, username, `waits, ${position} of ${waiting.length}`, undefined, until, command, runId];
    }),
  ];
}

/** A lock, or the limit of a command, with who has it and who waits. */
interface Lock {
  readonly kind: 'lock' | 'limit';
  readonly name: string;
  readonly most?: number;
  readonly holders: readonly (LockUser & { readonly since?: string; readonly lostUntil?: string })[];
  readonly waiting: readonly (LockUser & { readonly position: number; readonly until?: string })[];
}

interface LockUser {
  readonly runId: string;
  readonly username: string;
  readonly command: string;
}
