import { databaseAway } from './database-faults.js';

/** Does this, again and again for as long as the database cannot be asked; `say` is told of that once. Throws what else goes wrong, and everything once the signal says so. */
export async function onceItAnswers<T>(
  work: () => Promise<T>,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      if (signal?.aborted || !databaseAway(cause)) throw cause;
      if (attempt === 0)
        say(`the database does not answer (${(cause as Error).message}); trying again until it does`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** attempt, 5_000)));
    }
  }
}
