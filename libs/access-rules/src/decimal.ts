/** A decimal number without loss: ±0.`digits` × 10^`point`, without zeros at either end of `digits`; zero has none. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

/** Whether a text is a number: `5`, `-1.50`, `.5`, `+007`, `1e3`. Not `0x10`, `1_000`, `5s`, ` 5`, `NaN`. */
export function isDecimal(text: string): boolean {
  return parseDecimal(text) !== undefined;
}

/**
 * Below 0, 0 or above 0 as `a` is less than, equal to or greater than `b`; `undefined` unless both are numbers. Compares digit by
 * digit, so that numbers too long for floating point stay apart.
 */
export function compareDecimals(a: string, b: string): number | undefined {
  const x = parseDecimal(a);
  const y = x && parseDecimal(b);
  if (!x || !y) return undefined;
  if (x.negative !== y.negative) return x.negative ? -1 : 1;
  return x.negative ? compareSizes(y, x) : compareSizes(x, y);
}

function compareSizes(x: Decimal, y: Decimal): number {
  if (x.digits === '' || y.digits === '') return x.digits.length - y.digits.length;
  if (x.point !== y.point) return x.point - y.point;
  return x.digits < y.digits ? -1 : x.digits > y.digits ? 1 : 0;
}

function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  if (all === '') return undefined;
  let from = 0;
  let to = all.length;
  while (from < to && all[from] === '0') from++;
  while (to > from && all[to - 1] === '0') to--;
  const digits = all.slice(from, to);
  return { negative: sign === '-' && digits !== '', digits, point: whole.length - from + Number(exponent) };
}
