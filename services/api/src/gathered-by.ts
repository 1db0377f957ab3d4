import { gathered } from './gathered.js';

/**
 * `gathered` for each key by itself: what belongs to one key goes together, and one round after the other, so that those who need the same
 * lock wait for it here and not each with a connection of the database in hand.
 */
export function gatheredBy<T, R>(
  keyOf: (item: T) => string,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const byKey = new Map<string, { readonly call: (item: T) => Promise<R>; open: number }>();
  return async (item) => {
    const key = keyOf(item);
    let entry = byKey.get(key);
    if (!entry) byKey.set(key, (entry = { call: gathered(work), open: 0 }));
    entry.open += 1;
    try {
      return await entry.call(item);
    } finally {
      entry.open -= 1;
      if (entry.open === 0) byKey.delete(key);
    }
  };
}
