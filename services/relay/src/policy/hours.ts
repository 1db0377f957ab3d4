import { Effect } from '@chasqui/contracts';
import { z } from 'zod';

/** A span of a day in minutes from midnight; one that ends before it begins goes on into the next day. */
interface Span {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** When commands may start, by the clocks of a time zone. */
export interface Hours {
  readonly zone: string;
  /** Only commands of these effects keep to them; all do where it is not said. */
  readonly effects?: readonly Effect[] | undefined;
  readonly spans: readonly Span[];
  /** As they are written: `mon-fri 08:00-18:00`. */
  readonly text: string;
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const minutesOfDay = 24 * 60;
const span = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    'is no span of a day; write it like 08:00-18:00, and 00:00-24:00 for the whole of it',
  );

/** `{ zone: Europe/Berlin, mon-fri: 08:00-18:00, sat: [09:00-12:00, 14:00-16:00] }`, read. */
export const HoursInFile = z
  .object({
    zone: z
      .string()
      .refine(isZone, 'is no time zone; write one like Europe/Berlin, or UTC')
      .describe('Whose clocks: a name of the IANA time zone database. UTC where it is not said.')
      .optional(),
    effects: z
      .array(Effect)
      .min(1)
      .describe('Only commands of these effects keep to the hours; all do where it is not said.')
      .optional(),
  })
  .catchall(z.union([span, z.array(span).min(1)]))
  .transform(({ zone = 'UTC', effects, ...written }, context): Hours => {
    const spans = Object.entries(written).flatMap(([key, text]) => {
      const on = daysOf(key);
      if (on) return [text].flat().flatMap((one) => on.map((day) => spanOn(day, one)));
      const message = 'is no day; write mon, tue, wed, thu, fri, sat or sun, or a range like mon-fri';
      context.addIssue({ code: 'custom', path: [key], message });
      return [];
    });
    if (Object.keys(written).length === 0)
      context.addIssue({ code: 'custom', message: 'names no day; write for example mon-fri: 08:00-18:00' });
    const text = Object.entries(written)
      .map(([key, one]) => `${key} ${[one].flat().join(' and ')}`)
      .join(', ');
    return { zone, ...(effects && { effects }), spans, text };
  });

/**
 * Where it is none of the hours: what the clocks say there, and when it is next. Undefined within the hours. By what a clock on the wall shows,
 * so an hour that daylight saving repeats counts twice, and one that it leaves out not at all.
 */
export function whenNext({ zone, spans }: Hours, now: number): { now: string; next: string } | undefined {
  const { day, minute } = onTheWall(zone, now);
  if (spans.some((one) => holds(one, day, minute))) return undefined;
  const at = day * minutesOfDay + minute;
  const week = 7 * minutesOfDay;
  const waits = spans.map(({ day: on, from }) => (on * minutesOfDay + from - at + week) % week);
  const next = (at + Math.min(...waits)) % week;
  return { now: clock(at), next: clock(next) };
}

function holds({ day: on, from, to }: Span, day: number, minute: number): boolean {
  if (from < to) return day === on && minute >= from && minute < to;
  return (day === on && minute >= from) || (day === (on + 1) % 7 && minute < to);
}

function clock(minuteOfWeek: number): string {
  const minute = minuteOfWeek % minutesOfDay;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${days[Math.floor(minuteOfWeek / minutesOfDay)]} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function onTheWall(zone: string, now: number): { day: number; minute: number } {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const minute = Number(parts['hour']) * 60 + Number(parts['minute']);
  return { day: days.indexOf(parts['weekday']!.toLowerCase()), minute };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

function spanOn(day: number, text: string): Span {
  const [from, to] = text.split('-').map((time) => {
    const [hours, minutes] = time.split(':').map(Number);
    return hours! * 60 + minutes!;
  });
  return { day, from: from!, to: to! };
}

/** The days of `mon`, of `mon-fri`, and of `fri-mon`, which is four. */
function daysOf(text: string): number[] | undefined {
  const [first, last = first, ...rest] = text.split('-').map((name) => days.indexOf(name));
  if (rest.length > 0 || first === undefined || first < 0 || last === undefined || last < 0) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, at) => (first + at) % 7);
}
