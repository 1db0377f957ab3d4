export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** What a clock on the wall of a zone shows. */
export interface WallClock {
  /** `00:00` to `23:59`: as texts they stand in the order of the day. */
  readonly time: string;
  readonly weekday: Weekday;
}

/** Whether this is the name of a time zone: one of the IANA database, or an offset such as `+02:00`. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

/** Whether this is a time of day as rules write it. */
export function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** What the clock of a zone shows, summer time and all. @param now milliseconds since the epoch @throws RangeError for what is no zone */
export function wallClock(zone: string, now: number): WallClock {
  const parts = formatOf(zone).formatToParts(now);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)!.value;
  return {
    time: `${part('hour')}:${part('minute')}`,
    weekday: part('weekday').toLowerCase() as Weekday,
  };
}

/** Making one takes longer than everything else a rule does. There are few zones, and none is kept that is not one. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    if (formats.size >= mostFormats) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** There are some 600 names; offsets and spellings could be more. */
const mostFormats = 1_000;
