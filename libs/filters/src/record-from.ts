import type { DataRecord } from './records.js';

/**
 * A record of these entries, those that are undefined left out. No record holds a key `__proto__`: some code that a record reaches
 * later would take it for more than data.
 */
export function recordFrom(entries: readonly (readonly [string, unknown])[]): DataRecord {
  return Object.fromEntries(entries.filter(([name, value]) => name !== '__proto__' && value !== undefined));
}
