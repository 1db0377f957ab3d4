/** A value as somebody would type it; empty for what has no words, and never a call of something the file itself brings (`toString: {}`). */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
