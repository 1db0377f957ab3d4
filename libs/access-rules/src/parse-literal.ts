import { patternFault } from '@chasqui/patterns';
import type { Cursor } from './cursor.js';
import { isDecimal } from './decimal.js';
import type { Literal, RuleFault } from './rule.js';

/** Reads a text, a pattern, a number, `true` or `false`. */
export function parseLiteral(cursor: Cursor): Literal | RuleFault {
  const token = cursor.next;
  const { kind, text } = token;
  if (kind === 'regex') {
    const fault = patternFault(text);
    if (fault !== undefined) return cursor.fault(`a regular expression in RE2's syntax (${fault})`);
    cursor.take();
    return { kind, pattern: text };
  }
  if (kind === 'string') {
    cursor.take();
    return { kind, value: text };
  }
  if (kind === 'word' && /^(?:true|false)$/i.test(text)) {
    cursor.take();
    return { kind: 'boolean', value: text.toLowerCase() === 'true' };
  }
  if (kind === 'word' && isDecimal(text)) {
    cursor.take();
    return { kind: 'number', text };
  }
  return cursor.fault(
    'a value: arg[0], option["name"], "text", /pattern/, a number, true or false, or a fact such as channel or relay["dc"]',
  );
}
