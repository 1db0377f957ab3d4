import { filters as all, toValue, type Context, type FilterImplOptions } from 'liquidjs';
import { duration, size } from '../wording/amounts.js';
import { asList, recordAt } from './records.js';
import { shown } from './shown.js';

/** Those of Liquid's own filters that are offered: all that is documented, and nothing else. */
const builtIn = (
  'upcase downcase capitalize strip lstrip rstrip strip_newlines append prepend replace remove split slice truncate truncatewords ' +
  'plus minus times divided_by modulo round ceil floor abs at_least at_most first last reverse concat compact size default'
).split(' ') as (keyof typeof all)[];

interface FilterThis {
  readonly context: Context;
}

/**
 * Ours: those that look into records, and do so through own fields only (Liquid's read the name as an expression, which may
 * run for ever), and those that write amounts the way Chasqui does.
 */
const own = {
  join(this: FilterThis, list: unknown, between: unknown = ' ') {
    const text = items(this, list).map(shown).join(shown(between));
    this.context.memoryLimit.use(text.length);
    return text;
  },
  map(this: FilterThis, list: unknown, name: unknown) {
    return items(this, list).map((item) => recordAt(item, shown(name)));
  },
  where(this: FilterThis, list: unknown, name: unknown, expected?: unknown) {
    const wanted: unknown = toValue(expected);
    return items(this, list).filter((item) => {
      const value = recordAt(item, shown(name));
      return wanted === undefined
        ? value !== undefined && value !== null && value !== false
        : value === wanted;
    });
  },
  sort(this: FilterThis, list: unknown, name?: unknown) {
    const key = (item: unknown) => (name === undefined ? item : recordAt(item, shown(name)));
    return items(this, list)
      .map((item) => ({ item, key: key(item) }))
      .sort((a, b) => compare(a.key, b.key))
      .map(({ item }) => item);
  },
  uniq(this: FilterThis, list: unknown) {
    return [...new Map(items(this, list).map((item) => [shown(item), item])).values()];
  },
  sum(this: FilterThis, list: unknown, name?: unknown) {
    const numbers = items(this, list).map((item) =>
      Number(name === undefined ? item : recordAt(item, shown(name))),
    );
    return numbers.reduce((sum, number) => sum + (Number.isFinite(number) ? number : 0), 0);
  },
  /** On one line; with any argument, indented. */
  json(this: FilterThis, value: unknown, indented?: unknown) {
    const text = JSON.stringify(toValue(value)) ?? '';
    this.context.memoryLimit.use(text.length);
    if (indented === undefined || text.length > 100_000) return text;
    const lines = JSON.stringify(toValue(value), null, 2);
    this.context.memoryLimit.use(lines.length);
    return lines;
  },
  /** A time as text (ISO 8601) or in seconds since 1970, in UTC. */
  date(this: FilterThis, time: unknown, format?: unknown) {
    // Liquid's reads the clock for these two, and a reply that is drawn twice would differ.
    if (time === 'now' || time === 'today') return time;
    return (all['date'] as (this: unknown, ...given: unknown[]) => unknown).call(this, time, format);
  },
  /** Milliseconds. */
  duration: (ms: unknown) => (Number.isFinite(Number(ms)) ? duration(Math.max(0, Number(ms))) : shown(ms)),
  bytes: (count: unknown) =>
    Number.isFinite(Number(count)) ? size(Math.max(0, Number(count))) : shown(count),
};

/** Every filter that a template may use, by name. */
export const filters: Readonly<Record<string, FilterImplOptions>> = {
  ...Object.fromEntries(builtIn.map((name) => [name, all[name]!])),
  ...(own as Readonly<Record<string, FilterImplOptions>>),
};

function items({ context }: FilterThis, list: unknown): readonly unknown[] {
  const found = asList(toValue(list));
  context.memoryLimit.use(found.length);
  return found;
}

/** Numbers by size before texts by the alphabet; what is missing stands last. */
function compare(a: unknown, b: unknown): number {
  const [first, second] = [rank(a), rank(b)];
  if (first !== second) return first - second;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [shown(a), shown(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function rank(value: unknown): number {
  return value === undefined || value === null ? 2 : typeof value === 'number' ? 0 : 1;
}
