import type { DataRecord } from './records.js';

/** Records as a program reads them on its standard input: JSON, one a line, each line ended. Empty for none. */
export function ndjson(records: readonly DataRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
