/** More digits than any number has that is kept without loss. */
const longest = 400;

/** The number that a text is, in decimal as JSON writes it; undefined if it is none, or not without loss: `007`, `1e400`, 20 digits. */
export function readNumber(text: string): number | undefined {
  if (text.length > longest || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,9})?$/.test(text))
    return undefined;
  const value = Number(text);
  return Number.isFinite(value) && sameNumber(text, String(value)) ? value + 0 : undefined;
}

/** The whole number that a text is; undefined if it is none, or too large to be kept exactly. */
export function readInteger(text: string): number | undefined {
  if (!/^-?(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

function sameNumber(a: string, b: string): boolean {
  const [x, y] = [decimal(a), decimal(b)];
  return x.digits === y.digits && (x.digits === '' || x.point === y.point);
}

/** The digits that count, and how far the point stands behind the first of them. */
function decimal(text: string): { digits: string; point: number } {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  return {
    digits: digits.replace(/0+$/, ''),
    point: whole.length - (all.length - digits.length) + Number(exponent),
  };
}
