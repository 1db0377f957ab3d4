/**
 * The order that `sort`, `min`, `max` and the `<` of `where` go by, the same in every language and on every machine:
 * numbers (and texts that are numbers) by size, then texts, then false and true, then lists and objects by their JSON.
 * Texts compare without their case, runs of digits in them by size (`web2` before `web10`), the rest by Unicode code; texts that
 * differ only in case or in leading zeros compare by code.
 */
export interface Ordered {
  readonly rank: 'number' | 'text' | 'boolean' | 'other' | 'missing';
  readonly number: number;
  readonly text: string;
  /** In lower case. */
  readonly folded: string;
}

export function ordered(value: unknown): Ordered {
  const number = numberOf(value);
  if (number !== undefined) return { rank: 'number', number, text: '', folded: '' };
  if (typeof value === 'string') return asText('text', value);
  if (typeof value === 'boolean') return { rank: 'boolean', number: Number(value), text: '', folded: '' };
  if (value === null || value === undefined) return { rank: 'missing', number: 0, text: '', folded: '' };
  return asText('other', JSON.stringify(value) ?? '');
}

/** Negative, 0 or positive. What is missing comes last. */
export function compareOrdered(a: Ordered, b: Ordered): number {
  if (a.rank !== b.rank) return ranks[a.rank] - ranks[b.rank];
  if (a.number !== b.number) return a.number < b.number ? -1 : 1;
  return compareFolded(a.folded, b.folded) || byCode(a.text, b.text);
}

/** A finite number, or a text that is one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && decimal.test(value))) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const decimal = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const ranks: Record<Ordered['rank'], number> = { number: 0, text: 1, boolean: 2, other: 3, missing: 4 };

function asText(rank: 'text' | 'other', text: string): Ordered {
  return { rank, number: 0, text, folded: text.toLowerCase() };
}

function byCode(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareFolded(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const [startA, endA] = digits(a, i);
      const [startB, endB] = digits(b, j);
      const longer = endA - startA - (endB - startB);
      const unequal = longer || byCode(a.slice(startA, endA), b.slice(startB, endB));
      if (unequal) return unequal;
      i = endA;
      j = endB;
    } else {
      const unequal = a.charCodeAt(i++) - b.charCodeAt(j++);
      if (unequal) return unequal;
    }
  }
  return a.length - i - (b.length - j);
}

/** Where the run of digits at `at` begins to count, behind its zeros, and where it ends. */
function digits(text: string, at: number): [number, number] {
  let start = at;
  while (text[start] === '0') start++;
  let end = start;
  while (isDigit(text, end)) end++;
  return [start, end];
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
