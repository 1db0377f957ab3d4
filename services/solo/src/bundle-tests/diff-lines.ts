import { isAsShown } from './as-shown.js';

/** A line that both have, or only what was expected (`-`), or only what was heard (`+`). */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** So many comparisons are worth a good answer; beyond, all of the one stands before all of the other. */
const mostComparisons = 1_000_000;

/** What became of the expected lines, by their longest common subsequence. Lines with `…` are equal to what they stand for. */
export function diffLines(expected: string, heard: string): DiffLine[] {
  const [left, right] = [expected.split('\n'), heard.split('\n')];
  if (left.length * right.length > mostComparisons) return [...signed('-', left), ...signed('+', right)];
  const common = commonLengths(left, right);
  const diff: DiffLine[] = [];
  let [at, its] = [0, 0];
  while (at < left.length && its < right.length) {
    if (isAsShown(left[at]!, right[its]!)) {
      diff.push({ sign: ' ', text: right[its++]! });
      at += 1;
    } else if (common[at + 1]![its]! >= common[at]![its + 1]!) diff.push({ sign: '-', text: left[at++]! });
    else diff.push({ sign: '+', text: right[its++]! });
  }
  return [...diff, ...signed('-', left.slice(at)), ...signed('+', right.slice(its))];
}

/** For each pair of ends, how many lines they have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => Array<number>(right.length + 1).fill(0));
  for (let at = left.length - 1; at >= 0; at--)
    for (let its = right.length - 1; its >= 0; its--)
      lengths[at]![its] = isAsShown(left[at]!, right[its]!)
        ? lengths[at + 1]![its + 1]! + 1
        : Math.max(lengths[at + 1]![its]!, lengths[at]![its + 1]!);
  return lengths;
}

function signed(sign: DiffLine['sign'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ sign, text }));
}
