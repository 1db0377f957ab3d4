import type { DataRecord } from './records.js';

/** A value as a person reads it in a cell or a line: texts as they are, lists and objects as JSON, nothing for null and what is missing. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return JSON.stringify(value);
}

/** A record as a line: its `text` if it has one, else its values with a blank between them. */
export function recordText(record: DataRecord): string {
  if (typeof record['text'] === 'string') return record['text'];
  return Object.values(record).map(valueText).join(' ');
}
