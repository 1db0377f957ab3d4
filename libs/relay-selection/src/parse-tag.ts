import type { SelectorFault, Tag } from './selector.js';
import { isKey, isValue } from './tag-words.js';

/** Reads a relay's tag, `key` or `key=value`. `name` is no key: in selectors it means the relay's own name. */
export function parseTag(text: string): Tag | SelectorFault {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  if (!isKey(key)) return fault(0, key.length, 'a key');
  if (key === 'name') return fault(0, key.length, 'another key: name means the relay’s own name');
  if (equals < 0) return { key };
  const value = text.slice(equals + 1);
  if (value === '') return { key };
  return isValue(value) ? { key, value } : fault(equals + 1, value.length, 'a value');
}

function fault(position: number, length: number, expected: string): SelectorFault {
  return { kind: 'selector-fault', position, ...(length > 0 && { length }), expected };
}
