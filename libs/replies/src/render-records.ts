import type { Block } from '@chasqui/contracts';
import { quiet } from './remark.js';
import { recordText, valueAt, valueText, type DataRecord, type Records } from '@chasqui/filters';
import { clip } from './clip.js';
import { printable } from './printable.js';
import { moreColumnsNote, moreRecordsNote, noFields, noRecords } from './wording/filters.js';
import { nothingPrinted } from './wording/output.js';

/**
 * What is shown of a pipeline's result: never nothing, and never more than a chat can show. Where nobody said how, lines of text are
 * shown as text, a single record as its fields, several as a table.
 */
export function draw({ records, view }: Records): Block[] {
  if (records.length === 0) return [quiet(noRecords)];
  switch (view.kind) {
    case 'json':
      return json(records);
    case 'text':
      return lines(records);
    case 'table':
      return table(records, view.columns ?? columnsOf(records));
    case 'auto':
      if (records.every(isLine)) return lines(records);
      return records.length === 1 ? fields(records[0]!) : table(records, columnsOf(records));
  }
}

const most = { columns: 12, rows: 50, cell: 60, field: 500, fields: 40, characters: 2_800 };

function isLine(record: DataRecord): boolean {
  return typeof record['text'] === 'string' && Object.keys(record).length === 1;
}

function lines(records: readonly DataRecord[]): Block[] {
  const text = printable(records.map(recordText).join('\n'));
  if (text.trim() === '') return [quiet(nothingPrinted)];
  const clipped = clip(text);
  // A short line reads well as text; what has lines or columns keeps them only in a fixed-width face.
  const plain = text.length <= 200 && !/\n|\t| {2}|^ /.test(text);
  return [{ kind: plain ? 'text' : 'code', text: clipped.text }];
}

/** One record as itself, several as a list with a record a line, so that as many as possible are seen. */
function json(records: readonly DataRecord[]): Block[] {
  const text =
    records.length === 1
      ? JSON.stringify(records[0], undefined, 2)
      : `[\n${records.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]`;
  return [{ kind: 'code', text: clip(text).text, language: 'json' }];
}

function fields(record: DataRecord): Block[] {
  const entries = Object.entries(record);
  if (entries.length === 0) return [quiet(noFields)];
  const shown = entries
    .slice(0, most.fields)
    .map(([name, value]) => ({ name: cut(name, most.cell), value: cut(valueText(value), most.field) }));
  const rest = entries.slice(most.fields).map(([name]) => name);
  const drawn: Block[] = [{ kind: 'fields', fields: shown }];
  return rest.length > 0 ? [...drawn, quiet(moreColumnsNote(rest))] : drawn;
}

function table(records: readonly DataRecord[], names: readonly string[]): Block[] {
  if (names.length === 0) return [quiet(noFields)];
  const columns = names.slice(0, most.columns);
  const rows = fitting(
    columns,
    records
      .slice(0, most.rows)
      .map((record) => columns.map((column) => cut(oneLine(valueText(valueAt(record, column))), most.cell))),
  );
  const drawn: Block[] = [
    { kind: 'table', columns: columns.map((name) => cut(oneLine(name), most.cell)), rows },
  ];
  if (names.length > columns.length) drawn.push(quiet(moreColumnsNote(names.slice(columns.length))));
  if (records.length > rows.length) drawn.push(quiet(moreRecordsNote(records.length - rows.length)));
  return drawn;
}

/** All names of fields, in the order in which they first appear. */
function columnsOf(records: readonly DataRecord[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

/** As many rows as a message has room for when they are lined up; one at least. */
function fitting(columns: readonly string[], rows: readonly string[][]): string[][] {
  const widths = columns.map((name) => name.length);
  let kept = 0;
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at]!, cell.length);
    const width = widths.reduce((sum, one) => sum + one + 2, 0);
    if (kept > 0 && width * (kept + 2) > most.characters) break;
    kept++;
  }
  return rows.slice(0, kept);
}

function oneLine(text: string): string {
  return printable(text.length > 10 * most.cell ? text.slice(0, 10 * most.cell) : text).replace(/\s+/g, ' ');
}

function cut(text: string, length: number): string {
  const shown = printable(text.length > 2 * length ? text.slice(0, 2 * length) : text);
  return shown.length <= length ? shown : `${shown.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
