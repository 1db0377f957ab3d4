import { printable } from '../printable.js';

/** Without empty lines and blanks at either end, and fit to be shown. The indentation of the first line stays. */
export function trimmed(text: string): string {
  const lines = printable(text).trimEnd().split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  return lines.slice(Math.max(0, first)).join('\n');
}

/** On one line. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
