import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord } from './records.js';
import { parseJson, type TooDeep } from './parse-json.js';
import type { JsonFault } from './scan-json.js';

/** What a command says it prints: lines, one JSON value, or a JSON value a line. */
export type OutputKind = 'text' | 'json' | 'ndjson';

/** No stage passes on more records than this. */
const mostRecords = 100_000;

/**
 * The records in what a command printed; none in empty output. Refused: `bad-output`, where it is not the JSON that its bundle says,
 * with the place (`line` and `column` from 1, `expected`, `excerpt`); and `too-much-data`, more than 100,000 records or nested more
 * than 64 deep.
 */
export function recordsOf(
  kind: OutputKind,
  output: string,
): { readonly records: readonly DataRecord[] } | Refusal {
  const text = output.replace(/^\uFEFF/, '');
  if (kind === 'json') return jsonRecords(text);

  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const full = kind === 'text' ? lines : lines.filter((line) => line.trim() !== '');
  if (text.trim() === '') return { records: [] };
  if (full.length > mostRecords) return refusal('too-much-data', { what: 'records', most: mostRecords });
  if (kind === 'text') return { records: full.map((line) => ({ text: line })) };

  const records: DataRecord[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseJson(line);
    if (!('value' in parsed)) return notJson(kind, line, parsed, index);
    records.push(toRecord(parsed.value));
  }
  return { records };
}

/** A list's items, or else the one value, each as a record. */
export function itemsOf(value: unknown): DataRecord[] {
  return Array.isArray(value) ? value.map(toRecord) : [toRecord(value)];
}

function jsonRecords(text: string): { readonly records: readonly DataRecord[] } | Refusal {
  if (text.trim() === '') return { records: [] };
  const parsed = parseJson(text);
  if (!('value' in parsed)) return notJson('json', text, parsed, 0);
  const records = itemsOf(parsed.value);
  if (records.length > mostRecords) return refusal('too-much-data', { what: 'records', most: mostRecords });
  return { records };
}

function toRecord(value: unknown): DataRecord {
  const object = typeof value === 'object' && value !== null && !Array.isArray(value);
  return object ? (value as DataRecord) : { value };
}

function notJson(kind: OutputKind, text: string, fault: JsonFault | TooDeep, linesBefore: number): Refusal {
  if ('deeperThan' in fault) return refusal('too-much-data', { what: 'depth', most: fault.deeperThan });
  const before = text.slice(0, fault.position).split('\n');
  const excerpt = text.slice(fault.position, fault.position + 20).split('\n')[0]!;
  return refusal('bad-output', {
    output: kind,
    line: linesBefore + before.length,
    column: before.at(-1)!.length + 1,
    expected: fault.expected,
    ...(excerpt && { excerpt }),
  });
}
