import type { EntryFacts } from './entries.js';
import type { EntryList, EntryShape } from './store-shapes.js';

/** An entry as HTTP tells it, without its value. */
export function told({
  key,
  type,
  bytes,
  version,
  changedAt,
  changedByRun,
  expiresAt,
}: EntryFacts): EntryShape {
  return {
    key,
    type,
    bytes,
    version,
    changedAt: changedAt.toISOString(),
    changedByRun,
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  };
}

/** A page of entries, and where the next begins if there may be one. */
export function page(entries: readonly EntryFacts[], limit: number): EntryList {
  return {
    entries: entries.map(told),
    ...(entries.length === limit && { next: entries.at(-1)!.key }),
  };
}
