import { Worker } from 'node:worker_threads';

/** In characters. Longer ones cost time and make nothing safer. */
export const passwordLength = { least: 10, most: 200 } as const;

/** From 0 to 4; 3 is "safely unguessable: moderate protection from an offline attack on slow hashes" (zxcvbn, Wheeler 2016). */
const enough = 3;

/** Characters that a password has besides the names of its owner. */
const leastOfItsOwn = 6;

/** What makes a password too weak, in words of the estimator; undefined for one that will do. */
export interface Weakness {
  readonly why: string;
  readonly advice: readonly string[];
}

/**
 * How easily a password is guessed, by somebody who knows the user. The estimator and its dictionaries take 80 MiB and 200 ms, so they live
 * in a thread that ends with the question.
 * @param theirs words that others would try first: the names of the user
 */
export async function weaknessOf(password: string, theirs: readonly string[]): Promise<Weakness | undefined> {
  const { length } = Array.from(password);
  if (length < passwordLength.least)
    return { why: `It has ${length} characters; at least ${passwordLength.least} are needed.`, advice: [] };
  const words = theirs.flatMap(partsOf);
  if (leftWithout(words, password) < leastOfItsOwn)
    return { why: 'It is little more than names that everybody knows.', advice: [] };
  const { score, warning, suggestions } = await weigh(password, words);
  if (score >= enough) return undefined;
  return { why: warning ?? 'It is guessed too easily.', advice: suggestions };
}

/** The whole, and what is between its signs: `ann.lee@example.org` also forbids `ann`, `lee` and `example`. */
function partsOf(words: string): string[] {
  return [words, ...words.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 2);
}

/** Letters and digits that are in none of these words. The estimator would count two names in a row as a good password. */
function leftWithout(words: readonly string[], password: string): number {
  const left = words
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word.toLowerCase(), ''), password.toLowerCase());
  return left.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

interface Weight {
  readonly score: number;
  readonly warning: string | null;
  readonly suggestions: readonly string[];
}

async function weigh(password: string, theirs: readonly string[]): Promise<Weight> {
  // Beside this file, built or not.
  const file = new URL(`./password-strength-worker${/\.[jt]s$/.exec(import.meta.url)![0]}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: { password, theirs },
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    execArgv: [],
  });
  try {
    return await new Promise<Weight>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread that weighs passwords ended')));
    });
  } finally {
    await worker.terminate();
  }
}
