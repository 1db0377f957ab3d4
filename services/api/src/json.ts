/**
 * A value as a `jsonb` parameter. PostgreSQL keeps neither a NUL nor half of a surrogate pair in text, in keys as little as in values, so
 * each becomes the replacement character. `JSON.stringify` escapes both, and no pair that is whole.
 */
export function jsonb(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return text.replaceAll(/\\(?:u(0000|d[89a-f]..)|.)/g, (escape, unkeepable?: string) =>
    unkeepable === undefined ? escape : '\ufffd',
  );
}
