import type { Cursor } from './cursor.js';
import { isDecimal } from './decimal.js';
import { patternFault } from '@chasqui/patterns';
import {
  isRuleFault,
  type Comparison,
  type Literal,
  type Operand,
  type Operator,
  type RuleFault,
} from './rule.js';

const operators: ReadonlySet<string> = new Set<Operator>(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** Reads `[any|all] LEFT OPERATOR RIGHT`. */
export function parseComparison(cursor: Cursor): Comparison | RuleFault {
  const quantifier = cursor.took('any') ? 'any' : cursor.took('all') ? 'all' : undefined;
  const left = quantifier ? parseWhole(cursor, 'arg or option, without brackets') : parseSingle(cursor);
  if (isRuleFault(left)) return left;

  if (!operators.has(cursor.next.text) || (cursor.next.kind !== 'sign' && cursor.next.kind !== 'word')) {
    return cursor.fault('an operator: == != < <= > >= or in');
  }
  const operator = cursor.take().text as Operator;
  const right = operator === 'in' ? parseMany(cursor) : parseSingle(cursor);
  if (isRuleFault(right)) return right;
  return { kind: 'comparison', ...(quantifier && { quantifier }), left, operator, right };
}

/** `arg` or `option` as a whole. */
function parseWhole(cursor: Cursor, expected: string): Operand | RuleFault {
  const bracket = cursor.afterNext.kind === 'sign' && cursor.afterNext.text === '[';
  if (!bracket && cursor.took('arg')) return { kind: 'args' };
  if (!bracket && cursor.took('option')) return { kind: 'options' };
  return cursor.fault(expected);
}

/** What can stand behind `in`. */
function parseMany(cursor: Cursor): Operand | RuleFault {
  if (!cursor.took('[')) return parseWhole(cursor, 'a list in brackets, arg or option');
  const of: Literal[] = [];
  do {
    const literal = parseLiteral(cursor);
    if (isRuleFault(literal)) return literal;
    of.push(literal);
  } while (cursor.took(','));
  return cursor.took(']') ? { kind: 'list', of } : cursor.fault('a comma or ]');
}

/** A single value: `arg[0]`, `option["name"]`, or a literal. */
function parseSingle(cursor: Cursor): Operand | RuleFault {
  if (cursor.took('arg')) {
    if (!cursor.took('[')) return cursor.fault('[ and a number (or any or all before arg)');
    if (!/^\d{1,6}$/.test(cursor.next.text)) return cursor.fault('a number from 0');
    const index = Number(cursor.take().text);
    return cursor.took(']') ? { kind: 'arg', index } : cursor.fault(']');
  }
  if (cursor.took('option')) {
    if (!cursor.took('[')) return cursor.fault('[ and a name (or any or all before option)');
    const { kind, text } = cursor.next;
    if (text === '' || (kind !== 'word' && kind !== 'string')) return cursor.fault("an option's name");
    cursor.take();
    return cursor.took(']') ? { kind: 'option', name: text } : cursor.fault(']');
  }
  return parseLiteral(cursor);
}

function parseLiteral(cursor: Cursor): Literal | RuleFault {
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
  return cursor.fault('a value: arg[0], option["name"], "text", /pattern/, a number, true or false');
}
