import { fieldReader } from './field.js';
import type { DataRecord } from './records.js';

/**
 * What makes two records the same: equal values in these fields, or in all where there are none. The order of keys does not count;
 * 1 and "1" differ; a missing field is as good as null.
 */
export function identityOf(fields: readonly string[]): (record: DataRecord) => string {
  if (fields.length === 0) return canonical;
  const readers = fields.map(fieldReader);
  return (record) => canonical(readers.map((read) => read(record)));
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort();
  const members = keys.map(
    (key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`,
  );
  return `{${members.join(',')}}`;
}
