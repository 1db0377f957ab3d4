import { newId } from '../ids.js';
import { jsonb } from '../json.js';

/** An entry as it is first written: column names of `audit_entries`. */
export interface NewEntry {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'command' | 'action';
  readonly about: string;
  readonly step: number;
  readonly content: object;
}

/** @param at milliseconds since the epoch */
export function newEntry(
  kind: NewEntry['kind'],
  about: string,
  step: number,
  content: object,
  at: number,
): NewEntry {
  return { id: newId(), at: new Date(at).toISOString(), kind, about, step, content };
}

/** Entries as a `json` parameter of `entriesWritten`. PostgreSQL keeps no half of a surrogate pair, and what was said may have one. */
export function entriesJson(entries: readonly NewEntry[]): string {
  const text = jsonb(entries);
  return /\\ud[89a-f]/i.test(text) ? JSON.stringify(wellFormed(JSON.parse(text))) : text;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.toWellFormed(), wellFormed(one)]),
  );
}
