import type { Cursor, Token } from './cursor.js';
import { parseLiteral } from './parse-literal.js';
import { demandsOf, parseFact, seesFact } from './parse-fact.js';
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
  const first = cursor.next;
  const left = quantifier
    ? parseWhole(cursor, 'arg or option, without brackets, group, or relay["tag"]')
    : parseSingle(cursor);
  if (isRuleFault(left)) return left;

  const operator = parseOperator(cursor, left);
  if (typeof operator === 'object') return operator;
  const second = cursor.next;
  const right = operator === 'in' ? parseMany(cursor, left) : parseSingle(cursor);
  if (isRuleFault(right)) return right;
  const misfit =
    misfitOf(cursor, left, right, second) ??
    misfitOf(cursor, right, left, first) ??
    wrongOrder(cursor, right, operator, second);
  return misfit ?? { kind: 'comparison', ...(quantifier && { quantifier }), left, operator, right };
}

function parseOperator(cursor: Cursor, left: Operand): Operator | RuleFault {
  const { kind, text } = cursor.next;
  const allowed = demandsOf(left)?.operators;
  if (
    !operators.has(text) ||
    (kind !== 'sign' && kind !== 'word') ||
    allowed?.includes(text as Operator) === false
  )
    return cursor.fault(`an operator: ${listed(allowed ?? ['==', '!=', '<', '<=', '>', '>=', 'in'])}`);
  return cursor.take().text as Operator;
}

/** A side that could never be what the other is: a weekday that is none, a time that is none. */
function misfitOf(cursor: Cursor, fact: Operand, other: Operand, at: Token): RuleFault | undefined {
  const demands = demandsOf(fact);
  if (!demands || other.kind === 'list') return undefined;
  return demands.fits(other) ? undefined : cursor.fault(demands.expected, at);
}

/** `"a" < channel`: the operator was read before the fact that cannot stand behind it. */
function wrongOrder(cursor: Cursor, right: Operand, operator: Operator, at: Token): RuleFault | undefined {
  const allowed = demandsOf(right)?.operators;
  return allowed && operator !== 'in' && !allowed.includes(operator)
    ? cursor.fault(`a value that has an order, behind ${operator}`, at)
    : undefined;
}

function listed(signs: readonly string[]): string {
  return signs.length === 1 ? signs[0]! : `${signs.slice(0, -1).join(' ')} or ${signs.at(-1)!}`;
}

/** `arg`, `option` or `group` as a whole, or all values of a tag. */
function parseWhole(cursor: Cursor, expected: string): Operand | RuleFault {
  const bracket = cursor.afterNext.kind === 'sign' && cursor.afterNext.text === '[';
  if (!bracket && cursor.took('arg')) return { kind: 'args' };
  if (!bracket && cursor.took('option')) return { kind: 'options' };
  if (!bracket && cursor.took('group')) return { kind: 'groups' };
  return bracket && cursor.sees('relay') ? parseFact(cursor) : cursor.fault(expected);
}

/** What can stand behind `in`. */
function parseMany(cursor: Cursor, left: Operand): Operand | RuleFault {
  if (!cursor.took('[')) return parseWhole(cursor, 'a list in brackets, arg, option, group or relay["tag"]');
  const demands = demandsOf(left);
  const of: Literal[] = [];
  do {
    const at = cursor.next;
    const literal = parseLiteral(cursor);
    if (isRuleFault(literal)) return literal;
    if (demands && !demands.fits(literal)) return cursor.fault(demands.expected, at);
    of.push(literal);
  } while (cursor.took(','));
  return cursor.took(']') ? { kind: 'list', of } : cursor.fault('a comma or ]');
}

/** A single value: `arg[0]`, `option["name"]`, a fact, or a literal. */
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
  if (cursor.sees('group')) return cursor.fault('any or all before group, or a name and in');
  return seesFact(cursor) ? parseFact(cursor) : parseLiteral(cursor);
}
