import { suggest } from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { Cron } from 'croner';

/** When a schedule fires: five fields of cron, read in a zone of the IANA time zone database. */
export interface Timetable {
  /** `0 9 * * mon-fri`, or `@daily` and its like. */
  readonly cron: string;
  /** `Europe/Berlin`, as the database writes it. */
  readonly zone: string;
}

/** No timetable is longer, in UTF-16 units: some lists in each field and a zone. */
const longest = 300;
/** So many firings are looked at to see how far they are apart. */
const lookedAt = 100;
const fields = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;

/** Reads `0 9 * * mon-fri Europe/Berlin`; without a zone it is UTC. */
export function readTimetable(text: string): Timetable | Refusal {
  const words = text.trim().split(/\s+/);
  if (text.length > longest) return unfit('fields', { text: `${text.slice(0, 40)}…` });
  const count = words[0]!.startsWith('@') ? 1 : fields.length;
  if (words.length < count || words.length > count + 1) return unfit('fields', { text });
  const cron = words.slice(0, count).join(' ').toLowerCase();
  const zone = readZone(words[count] ?? 'UTC');
  if (isRefusal(zone)) return zone;
  if (!isCron(cron)) return faultIn(cron);
  return { cron, zone };
}

/** As it is written to be read again. */
export function writeTimetable({ cron, zone }: Timetable): string {
  return `${cron} ${zone}`;
}

/**
 * The first firing behind a time; undefined where there is none any more. Both in milliseconds since the epoch.
 *
 * Where clocks are changed: an hour that is skipped takes no firing with it, and one that comes twice does not double any, as long as minute and
 * hour say which times they mean: what would be in the gap fires once, with the first time behind it, and what comes twice fires the
 * first time. A minute or hour with `*` or a step means a pace instead, which goes on by the clock on the wall: what is not on it is left out, and
 * what comes twice is kept twice.
 */
export function nextAfter({ cron, zone }: Timetable, after: number): number | undefined {
  return cronOf(cron, zone).nextRun(new Date(after))?.getTime();
}

/** The next firings behind a time, at most so many. */
export function firingsAfter(timetable: Timetable, after: number, most: number): number[] {
  const firings: number[] = [];
  for (let at = nextAfter(timetable, after); at !== undefined; at = nextAfter(timetable, at)) {
    firings.push(at);
    if (firings.length === most) break;
  }
  return firings;
}

/** Why nothing should fire by this: it never does, or more often than is allowed. Undefined where nothing stands against it. */
export function faultOf(timetable: Timetable, now: number, shortestMs: number): Refusal | undefined {
  const firings = firingsAfter(timetable, now, shortestMs > 60_000 ? lookedAt : 1);
  if (firings.length === 0) return unfit('never', { text: writeTimetable(timetable) });
  const apart = Math.min(...firings.slice(1).map((at, index) => at - firings[index]!));
  return apart < shortestMs ? unfit('too-often', { apartMs: apart, shortestMs }) : undefined;
}

/** A name of a zone, as it is usually written; older and newer names of one are both fine. */
function readZone(text: string): string | Refusal {
  const zones = Intl.supportedValuesOf('timeZone');
  const isSame = (zone: string) => zone.toLowerCase() === text.toLowerCase();
  const usual = ['UTC', ...zones].find(isSame);
  if (usual !== undefined) return usual;
  return isZone(text) ? text : unfit('zone', { text, suggestion: suggest(text, zones) });
}

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return /^[A-Za-z]/.test(text);
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** Which of the fields it is that cannot be read: the first with which the others would be fine. */
function faultIn(cron: string): Refusal {
  const words = cron.split(' ');
  if (words.length === 1) return unfit('nickname', { text: cron });
  const at = words.findIndex(
    (word, index) => !isCron(fields.map((_, i) => (i === index ? word : '*')).join(' ')),
  );
  return at < 0 ? unfit('fields', { text: cron }) : unfit('field', { field: fields[at], text: words[at] });
}

function isCron(cron: string): boolean {
  try {
    cronOf(cron, 'UTC');
    return true;
  } catch {
    return false;
  }
}

function cronOf(cron: string, zone: string): Cron {
  return new Cron(cron, { timezone: zone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
}

function unfit(fault: string, facts: Readonly<Record<string, unknown>>): Refusal {
  return refusal('bad-schedule', { fault, ...facts });
}
