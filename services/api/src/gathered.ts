/** At most so many go together: a statement stays of a size that PostgreSQL plans and writes quickly. */
const most = 100;

/**
 * Makes a call for one out of work for many: calls that come while the work is under way wait and go together in the next round. Alone,
 * a call waits for nobody; under load the round trips are shared. Where a round fails each of its calls is tried by itself, so that one
 * bad item spoils no other.
 */
export function gathered<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: { item: T; done: PromiseWithResolvers<R> }[] = [];
  let busy = false;

  async function rounds(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const round = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await settle(round);
    }
    busy = false;
  }

  async function settle(round: typeof waiting): Promise<void> {
    try {
      const results = await work(round.map(({ item }) => item));
      round.forEach(({ done }, at) => done.resolve(results[at]!));
    } catch (cause) {
      if (round.length === 1) return round[0]!.done.reject(cause);
      for (const one of round) await settle([one]);
    }
  }

  return (item) => {
    const done = Promise.withResolvers<R>();
    waiting.push({ item, done });
    if (!busy) void rounds();
    return done.promise;
  };
}
