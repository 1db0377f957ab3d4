/** The known words most like one that nobody knows, best first, at most three; none where none is like it. */
export function nearest(word: string, known: readonly string[]): string[] {
  const enough = Math.max(2, Math.floor(word.length / 3));
  return [...new Set(known)]
    .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ steps }) => steps <= enough)
    .sort((a, b) => a.steps - b.steps)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Letters to insert, remove or change to make one of the other (Levenshtein 1966), a row at a time. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(change, above[column]! + 1, current[column - 1]! + 1);
    }
    above = current;
  }
  return above[b.length]!;
}
