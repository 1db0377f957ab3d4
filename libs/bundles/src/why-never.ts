import { matches } from '@chasqui/patterns';
import type { Operand, Operator } from '@chasqui/access-rules';
import type { ValueDeclaration } from '@chasqui/command-language';

/** What a rule compares with, and why a value of that declaration is never so: `wanted` is what it would have to be. */
export interface Never {
  readonly literal: string;
  readonly wanted: string;
}

/**
 * Why a declared value can never stand in this relation to a literal; undefined where it can, or where that cannot be told. A value
 * is compared as `access-rules` does: with a number as a number, with a string as text, with a boolean as being there.
 */
export function whyNever(
  declared: ValueDeclaration,
  operator: Operator,
  literal: Operand,
): Never | undefined {
  if (!isLiteral(literal)) return undefined;
  const said = literalText(literal);
  const type = declared.of ?? (declared.type === 'list' ? 'string' : declared.type);
  if (['<', '<=', '>', '>='].includes(operator)) {
    const canBe = literal.kind === 'number' && !['bool', 'user', 'channel'].includes(type);
    return canBe ? undefined : { literal: said, wanted: 'a number' };
  }
  if (literal.kind === 'boolean') return undefined;
  if (literal.kind === 'regex') {
    const { values } = declared;
    const none = values && !values.some((value) => matches(literal, value));
    return none ? { literal: said, wanted: values.join(', ') } : undefined;
  }
  const text = literal.kind === 'number' ? literal.text : literal.value;
  switch (type) {
    case 'int':
    case 'count':
      return isWhole(text) && inside(declared, text)
        ? undefined
        : { literal: said, wanted: bounds(declared, 'a whole number') };
    case 'number':
      return isNumber(text) && inside(declared, text)
        ? undefined
        : { literal: said, wanted: bounds(declared, 'a number') };
    case 'duration':
      return isWhole(text) && inside(declared, text)
        ? undefined
        : { literal: said, wanted: 'a number of milliseconds' };
    case 'bool':
      return text === 'true' || text === 'false' ? undefined : { literal: said, wanted: 'true or false' };
    case 'user':
    case 'channel':
      return /^[@#]/.test(text) ? { literal: said, wanted: 'a name without its sign' } : undefined;
    case 'enum':
      return declared.values?.includes(text) === false
        ? { literal: said, wanted: declared.values.join(', ') }
        : undefined;
    default:
      return undefined;
  }
}

type Literal = Extract<Operand, { readonly kind: 'boolean' | 'number' | 'string' | 'regex' }>;

function isLiteral(operand: Operand): operand is Literal {
  return ['boolean', 'number', 'string', 'regex'].includes(operand.kind);
}

function literalText(literal: Literal): string {
  switch (literal.kind) {
    case 'boolean':
      return String(literal.value);
    case 'number':
      return literal.text;
    case 'string':
      return JSON.stringify(literal.value);
    case 'regex':
      return `/${literal.pattern}/`;
  }
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?$/.test(text);
}

function isWhole(text: string): boolean {
  return isNumber(text) && Number.isInteger(Number(text));
}

/** `min` and `max` of a list count its items: they say nothing of one of them. */
function inside({ type, min, max }: ValueDeclaration, text: string): boolean {
  return type === 'list' || (Number(text) >= (min ?? -Infinity) && Number(text) <= (max ?? Infinity));
}

function bounds({ type, min, max }: ValueDeclaration, what: string): string {
  if (type === 'list') return what;
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  return min !== undefined ? `${what} from ${min}` : max !== undefined ? `${what} up to ${max}` : what;
}
