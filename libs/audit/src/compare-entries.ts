import { missing, type Block } from './block.js';
import { hashOfEntry, type Entry } from './entry.js';

/** The first entry that is not as its block has it; `at` counts in the entries that are there. */
export interface EntryFault {
  readonly how: 'changed' | 'removed' | 'inserted' | 'reordered';
  readonly at: number;
  readonly id: string;
  readonly entry?: Entry;
}

/** Compares the entries that are there with those that were sealed. */
export function compareEntries(sealed: Block['entries'], found: readonly Entry[]): EntryFault | undefined {
  const ids = new Set(sealed.map(([id]) => id));
  let at = 0;
  for (const [id, hash] of sealed) {
    const entry = found[at];
    if (hash === missing && entry?.id !== id) return { how: 'removed', at, id };
    if (entry && !ids.has(entry.id)) return { how: 'inserted', at, id: entry.id, entry };
    if (entry?.id !== id) {
      const moved = found.find((one) => one.id === id);
      return { how: moved ? 'reordered' : 'removed', at, id, ...(moved && { entry: moved }) };
    }
    if (hashOfEntry(entry) !== hash) return { how: 'changed', at, id, entry };
    at += 1;
  }
  const extra = found[at];
  return extra && { how: 'inserted', at, id: extra.id, entry: extra };
}
