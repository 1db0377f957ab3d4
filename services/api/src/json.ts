/** A value as a `jsonb` parameter. PostgreSQL keeps no NUL in text, so each becomes the replacement character. */
export function jsonb(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u0000')
    ? JSON.stringify(value, (_, one) => (typeof one === 'string' ? one.replaceAll('\0', '\ufffd') : one))
    : text;
}
