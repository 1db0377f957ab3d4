/** `1 byte`, `4,312 lines`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `60 s`, `1.5 s`, `10 min`, `2 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  const [size, unit] = ms >= 3_600_000 ? [3_600_000, 'h'] : ms >= 120_000 ? [60_000, 'min'] : [1_000, 's'];
  return `${Number((ms / size).toFixed(1))} ${unit}`;
}

/** `1 KiB`, `512 MiB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}

/** `12:03 UTC` on the day of `now`, else with its date. Both in milliseconds since the epoch. */
export function clock(at: number, now?: number): string {
  const [date, time] = isoTime(at).split('T') as [string, string];
  const today = now !== undefined && isoTime(now).startsWith(date);
  return `${today ? '' : `${date} `}${time.slice(0, 5)} UTC`;
}

/** Of a time that no calendar has, the epoch: a sentence is no place to fail in. */
function isoTime(at: number): string {
  return new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString();
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return joined(words, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function both(words: readonly string[]): string {
  return joined(words, 'and');
}

function joined(words: readonly string[], conjunction: string): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** What an operator said of a relay, behind how it is: ` (kernel update until 14:00)`. */
export function noted(note: string | undefined): string {
  return note === undefined ? '' : ` (${note})`;
}
