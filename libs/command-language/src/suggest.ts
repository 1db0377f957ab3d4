/**
 * The candidate somebody probably meant: the one with the fewest slips (a letter missing, added, changed, or two swapped), as
 * long as that is at most a third of the word, and at most three. Case does not count. Of equals the first.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase();
  let bound = Math.min(3, Math.max(1, Math.floor(typed.length / 3)));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) > bound) continue;
    const slips = distance(typed, candidate.toLowerCase());
    if (slips > bound || slips >= Math.max(typed.length, 1)) continue;
    best = candidate;
    bound = slips - 1;
    if (bound < 0) break;
  }
  return best;
}

/** Damerau–Levenshtein distance, each pair swapped at most once ("optimal string alignment"). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
