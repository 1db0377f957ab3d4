/**
 * Two lines for a fixed-width face: the one of `text` that `position` stands in, and a caret under it (`length` of them for a
 * longer place). Of a long line only what is around the place is shown.
 */
export function caret(text: string, position: number, length = 1): string {
  const lineStart = text.slice(0, position).lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', position);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const column = position - lineStart;

  const from = Math.max(0, column - around);
  const to = Math.min(line.length, column + around);
  const before = (from > 0 ? '…' : '') + line.slice(from, column);
  const rest = line.slice(column, to) + (to < line.length ? '…' : '');
  const carets = widthOf(line.slice(column, Math.min(to, column + length))) || 1;
  return `${before}${rest}\n${before.replaceAll(/[^\t]/gu, ' ')}${'^'.repeat(carets)}`;
}

/** How many characters are shown on each side of the place. */
const around = 60;

function widthOf(text: string): number {
  return Array.from(text).length;
}
