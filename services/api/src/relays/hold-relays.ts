import type { EntityManager } from 'typeorm';
import type { RelayBoard } from './board.service.js';

/**
 * SQL: whether an operator keeps a relay from new work. Whoever orders something there holds its row `for key share` until that is written, and whoever
 * drains, pauses, disables, revokes or deletes it takes the row `for update` first. So of two that come at the same time each sees the other: the order
 * is written before, and a drain waits for it; or after, and then it is not written.
 * @param r the name of `relays` in the statement
 */
export function keptFromWork(r: string): string {
  return `(${r}.drain_at is not null or ${r}.paused_at is not null or ${r}.disabled or ${r}.revoked_at is not null)`;
}

/** This instance decided by a relay as it was: what was begun is to be rolled back, and decided again by the relays as they are. */
export class RelayChanged extends Error {
  constructor(relay: string) {
    super(`relay ${relay} was changed by an operator just now`);
  }
}

/**
 * Holds the rows of relays until the end of a transaction that orders something there, or is to.
 * @throws RelayChanged where an operator keeps one from new work and this instance does not know it yet
 */
export async function holdRelays(
  manager: EntityManager,
  board: Pick<RelayBoard, 'get'>,
  relays: readonly string[],
): Promise<void> {
  const rows = await manager.query<{ name: string; kept: boolean }[]>(
    `select name, ${keptFromWork('relays')} as kept from relays where name = any($1) order by name for key share`,
    [[...new Set(relays)]],
  );
  const changed = rows.find(({ name, kept }) => kept && !isKnownKept(board, name));
  if (changed) throw new RelayChanged(changed.name);
}

function isKnownKept(board: Pick<RelayBoard, 'get'>, name: string): boolean {
  const known = board.get(name);
  return (
    known !== undefined &&
    (known.disabled ||
      known.drain !== undefined ||
      known.pause !== undefined ||
      known.revokedAt !== undefined)
  );
}
