import { compareDecimals } from './decimal.js';
import { matches } from '@chasqui/patterns';
import type { Literal, Operator } from './rule.js';

/** What stands on a side of a comparison: a rule's own literal, or what the person gave. */
export type Value = Literal | Given;

/** What the person gave. Missing where there is no `text`. */
export interface Given {
  readonly kind: 'given';
  readonly text?: string;
  /** For an option or a tag: whether it is on. */
  readonly on?: boolean;
  /** For a time of day, `HH:MM`: it is less or greater by its text. */
  readonly isTime?: true;
}

/** Compares two values. A missing value equals nothing, and like a text it is neither less nor greater than anything. */
export function compareValues(left: Value, operator: Exclude<Operator, 'in'>, right: Value): boolean {
  if (operator === '==') return equal(left, right);
  if (operator === '!=') return !equal(left, right);
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Below 0, 0 or above 0; undefined where neither comes before the other. */
function orderOf(left: Value, right: Value): number | undefined {
  if (isTime(left) || isTime(right)) return compareTexts(textIn(left), textIn(right));
  const [a, b] = [numberIn(left), numberIn(right)];
  return a === undefined || b === undefined ? undefined : compareDecimals(a, b);
}

function isTime(value: Value): boolean {
  return value.kind === 'given' && value.isTime === true;
}

function compareTexts(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether two values are the same.
 * - With a pattern: it matches somewhere in the text.
 * - With `true` or `false`: an option is on or off; any other text is that word, or the number 1 or 0.
 * - With a string: the same text, so `007` is not `"7"`.
 * - With a number: the same number, so `007` is 7 and `1.0` is 1; a text that is no number never is.
 */
export function equal(left: Value, right: Value): boolean {
  if (left.kind === 'regex' || left.kind === 'boolean') {
    if (right.kind !== 'regex') return equalTo(right, left);
  }
  return equalTo(left, right);
}

function equalTo(value: Value, literal: Value): boolean {
  if (literal.kind === 'boolean') return truthIn(value) === literal.value;
  const a = textIn(value);
  if (a === undefined) return false;
  if (literal.kind === 'regex') return matches(literal, a);
  const b = textIn(literal);
  if (b === undefined || a === b) return a === b;
  return value.kind !== 'string' && literal.kind !== 'string' && compareDecimals(a, b) === 0;
}

function textIn(value: Value): string | undefined {
  switch (value.kind) {
    case 'given':
    case 'number':
      return value.text;
    case 'string':
      return value.value;
    case 'boolean':
      return String(value.value);
    case 'regex':
      return undefined;
  }
}

function numberIn(value: Value): string | undefined {
  return value.kind === 'given' || value.kind === 'number' ? value.text : undefined;
}

function truthIn(value: Value): boolean | undefined {
  if (value.kind === 'given' && value.on !== undefined) return value.on;
  const text = textIn(value)?.toLowerCase();
  if (text === undefined) return undefined;
  if (text === 'true' || compareDecimals(text, '1') === 0) return true;
  if (text === 'false' || compareDecimals(text, '0') === 0) return false;
  return undefined;
}
