const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds in `90s`, `1h30m`, `1.5h`, `500ms`, `2d`; undefined unless it is one, in whole milliseconds. */
export function readDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd])){1,5}$/.test(text)) return undefined;
  let total = 0;
  for (const [, whole, fraction = '', unit] of text.matchAll(/(\d+)(?:\.(\d+))?(ms|[smhd])/g)) {
    const size = units[unit as keyof typeof units];
    const part = (Number(fraction) * size) / 10 ** fraction.length;
    if (!Number.isInteger(part)) return undefined;
    total += Number(whole) * size + part;
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** `1h30m`, `90s` as `1m30s`, `0s`: what `readDuration` reads back. */
export function durationText(ms: number): string {
  let left = ms;
  let text = '';
  for (const [unit, size] of Object.entries(units)) {
    const amount = Math.floor(left / size);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * size;
  }
  return text || '0s';
}
