/** So many, or so many of a hundred. */
export type Amount = { readonly count: number } | { readonly percent: number };

/** Reads `3` or `10%`; undefined where it is neither, or more than 1,000 or 100%. */
export function readAmount(text: string): Amount | undefined {
  const [, digits, sign] = /^(\d{1,4})(%?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (sign) return number <= 100 ? { percent: number } : undefined;
  return number <= 1000 ? { count: number } : undefined;
}

/** Reads `1,25%,100%`, up to 100 of them; undefined where one of them is none, or nothing. */
export function readWaves(text: string): readonly Amount[] | undefined {
  const amounts = text.split(',').map((one) => readAmount(one.trim()));
  const right = amounts.filter((one) => one !== undefined && Object.values(one)[0]! > 0);
  return right.length === amounts.length && right.length <= 100 ? (right as Amount[]) : undefined;
}
