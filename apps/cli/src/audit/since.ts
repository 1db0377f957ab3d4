import { exitCodes, Stop } from '../stop.js';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** When `2h` ago, or a date, was: ISO 8601. `now` in milliseconds since the epoch. */
export function since(when: string, now: number): string {
  const [, amount, unit] = /^(\d{1,5})([mhdw])$/.exec(when) ?? [];
  const at = unit
    ? now - Number(amount) * units[unit]!
    : /^\d{4}-\d{2}-\d{2}/.test(when)
      ? Date.parse(when)
      : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new Stop(`${when} is no time; write it like 30m, 12h, 7d or 2026-01-31`, exitCodes.usage);
}
