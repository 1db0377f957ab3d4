import type { DataRecord, Records } from '@chasqui/filters';

/** So much of a result is kept with its run, in bytes of JSON. */
export const mostKept = 1024 * 1024;

/** What of a result is kept: `last` goes on with it. `dropped` counts the records that were too many. */
export interface KeptResult {
  readonly records: readonly DataRecord[];
  readonly view: Records['view'];
  readonly dropped?: number;
}

/** The first records of a result, as many as may be kept. */
export function keptResult({ records, view }: Records): KeptResult {
  let bytes = 0;
  const kept: DataRecord[] = [];
  for (const record of records) {
    bytes += Buffer.byteLength(JSON.stringify(record));
    if (bytes > mostKept) break;
    kept.push(record);
  }
  const dropped = records.length - kept.length;
  return { records: kept, view, ...(dropped > 0 && { dropped }) };
}
