/** What a key is called whose value is nobody's business. */
const secret =
  /pass(word|phrase|wd)?|secret|token|credential|private|cookie|authorization|api_?key|^code$|verifier|hash/i;
/** Keys that sound so and say nothing secret: which token, not the token. */
const harmless = /(id|name|prefix|at|url|scopes)$/i;

/** At most so much of a text is kept, in characters, and so many members of anything. */
const longest = 4_000;
const most = 500;

/**
 * What may be kept of what was asked for or of how something stands: values whose keys sound like secrets are left out, and what is very long is
 * cut. Whoever reads a state for the log leaves secrets out by himself; this is the second line.
 */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > longest ? `${value.slice(0, longest)}… (${value.length} characters)` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return `(${value.length} bytes)`;
  if (value instanceof Date) return value.toISOString();
  if (depth > 8) return '…';
  if (Array.isArray(value)) return value.slice(0, most).map((one) => masked(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, most)
      .map(([name, one]) => [name, isSecret(name, one) ? '(masked)' : masked(one, depth + 1)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return false;
  return secret.test(name) && !harmless.test(name);
}
