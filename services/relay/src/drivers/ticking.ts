import { setTimeout as delay } from 'node:timers/promises';

/** The same values, and the last one again whenever nothing came for so long, because some things show only by time passing. */
export async function* ticking<T>(
  from: AsyncGenerator<T>,
  ms: number,
  over: AbortController,
): AsyncGenerator<T | undefined> {
  let last: T | undefined;
  let next = from.next();
  while (!over.signal.aborted) {
    const tick = delay(ms, 'tick' as const, { signal: over.signal }).catch(() => 'tick' as const);
    const came = await Promise.race([next, tick]);
    if (came === 'tick') {
      yield last;
      continue;
    }
    if (came.done) return;
    last = came.value;
    next = from.next();
    yield last;
  }
}
