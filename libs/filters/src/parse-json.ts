import { scanJson, type JsonFault } from './scan-json.js';

/** Deeper than this nothing is that a command prints for people or programs. */
const deepest = 64;

export interface TooDeep {
  readonly deeperThan: number;
}

/**
 * One JSON value, fit to be passed on: keys `__proto__` left out, integers too large for a double kept as text with all their
 * digits.
 */
export function parseJson(text: string): { readonly value: unknown } | JsonFault | TooDeep {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const scanned = scanJson(text);
    return 'end' in scanned ? { position: scanned.end, expected: 'nothing behind the value' } : scanned;
  }
  // A look at the text spares most lines the walk through their values.
  if (mayBeUnfit(text) && !isFit(value, deepest)) return { deeperThan: deepest };
  // The second reading is dear, and few texts have numbers this long.
  return { value: /\d{16}/.test(text) ? JSON.parse(text, exactly) : value };
}

/** Whether there can be a key `__proto__` in it, however it is written, or too many brackets. */
function mayBeUnfit(text: string): boolean {
  if (text.includes('__proto__') || text.includes('\\u')) return true;
  let brackets = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code === 0x5b || code === 0x7b) && ++brackets > deepest) return true;
  }
  return false;
}

/** Whether it is no deeper than that. Also drops its `__proto__` keys. */
function isFit(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Object.hasOwn(value, '__proto__')) delete (value as Record<string, unknown>)['__proto__'];
  return (Array.isArray(value) ? value : Object.values(value)).every((one) => isFit(one, depth - 1));
}

/** A reviver (ECMA-262, JSON.parse source text access) that loses no digit of an integer. */
function exactly(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (key === '__proto__') return undefined;
  const source = context?.source ?? '';
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value;
  return String(value) === source ? value : source;
}
