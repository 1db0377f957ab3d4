import type { Revisions } from './revisions.service.js';

/** So many keys are kept at a time; when there are more, all are read anew. */
const most = 1_000;

/**
 * Keeps what was read of each key for as long as the revision of what it is made of stays the same: for what is asked for often and changes
 * seldom. What it gives is shared, so nobody writes into it, and may be a quarter of a second old, as revisions may. What throws is not kept.
 * @param of the revision's name
 */
export function keptWhile<T>(
  revisions: Revisions,
  of: string,
  read: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  let revision = '';
  let kept = new Map<string, Promise<T>>();
  return async (key) => {
    const current = await revisions.of(of);
    if (current !== revision || kept.size >= most) {
      revision = current;
      kept = new Map();
    }
    const known = kept.get(key);
    if (known) return known;
    const here = kept;
    const value = read(key);
    here.set(key, value);
    value.catch(() => here.delete(key));
    return value;
  };
}
