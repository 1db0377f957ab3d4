import { harmless } from './harmless.js';

/** Rows under their headings, columns aligned with two blanks between; empty rows say `none`. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  if (rows.length === 0) return 'none';
  const cells = rows.map((row) => row.map((cell) => oneLine(cell)));
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.toUpperCase())), ...cells.map(line)].join('\n');
}

/** Names and values, one a line; what is undefined is left out. */
export function fields(pairs: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(pairs).filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...said.map(([name]) => name.length));
  return said.map(([name, value]) => `${`${name}:`.padEnd(width + 1)} ${oneLine(value)}`).join('\n');
}

function oneLine(cell: string | number | undefined): string {
  return (
    harmless(String(cell ?? ''))
      .replace(/\s+/g, ' ')
      .trim() || '-'
  );
}
