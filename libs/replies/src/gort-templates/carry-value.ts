import { goFunctions } from './go-functions.js';
import { GoProblem } from './go-problem.js';
import { variableOf, type GoScope } from './go-scope.js';
import { gortFields } from './gort-fields.js';
import { filtered, plain, quoted, written, type LiquidValue } from './liquid-value.js';
import type { GoValue } from './parse-go-action.js';

/** Makes names that nothing else in the template has. */
export type NewName = () => string;

const comparisons: ReadonlyMap<string, string> = new Map([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
]);

/** A Go value in Liquid. @throws GoProblem */
export function carryValue(value: GoValue, scope: GoScope, newName: NewName): LiquidValue {
  switch (value.kind) {
    case 'string':
      return plain(quoted(value.text));
    case 'number':
      return plain(value.text);
    case 'word':
      return plain(value.text);
    case 'field':
      return field(scope.dot, value.path, value.at);
    case 'variable':
      return value.name === '$'
        ? field(undefined, value.path, value.at)
        : plain([variableOf(scope, value.name, value.at), ...value.path].join('.'));
    case 'part': {
      const of = asToken(carryValue(value.of, scope, newName), newName);
      return plain([of.value, ...value.path].join('.'), of.before);
    }
    case 'call':
      return call(value, scope, newName);
  }
}

/** What Go takes for true in Liquid: a condition without parentheses, in one word or joined by `and`. */
export function carryCondition(
  value: GoValue,
  scope: GoScope,
  newName: NewName,
): { before: string; condition: string } {
  if (value.kind === 'call') {
    const parts = value.given;
    if (value.name === 'not' && parts.length === 1) {
      const inner = truth(parts[0]!, scope, newName);
      return { before: inner.before, condition: `not ${inner.value}` };
    }
    if ((value.name === 'and' || value.name === 'or') && parts.length > 0) {
      const inner = parts.map((part) => truth(part, scope, newName));
      return { before: joined(inner), condition: inner.map((one) => one.value).join(` ${value.name} `) };
    }
    const sign = comparisons.get(value.name);
    if (sign !== undefined && parts.length >= 2) {
      const [first, ...others] = parts.map((part) => asToken(carryValue(part, scope, newName), newName));
      const conditions = others.map((other) => `${first!.value} ${sign} ${other.value}`);
      return { before: joined([first!, ...others]), condition: conditions.join(' or ') };
    }
    if (value.name === 'contains' && parts.length === 2) {
      const [needle, hay] = parts.map((part) => asToken(carryValue(part, scope, newName), newName));
      return { before: joined([needle!, hay!]), condition: `${hay!.value} contains ${needle!.value}` };
    }
  }
  // Go's empty texts, lists and 0 are false; Liquid's are true.
  const token = asToken(filtered(carryValue(value, scope, newName), 'default: false'), newName);
  return { before: token.before, condition: `${token.value} and ${token.value} != 0` };
}

/** A value without filters, held in a variable where it had some. */
export function asToken(one: LiquidValue, newName: NewName): LiquidValue {
  if (one.filters.length === 0) return one;
  const name = newName();
  return {
    ...plain(name, `${one.before}{% assign ${name} = ${written(one)} %}`),
    ...(one.list && { list: true }),
  };
}

/** A condition held in a variable. */
function truth(value: GoValue, scope: GoScope, newName: NewName): LiquidValue {
  const { before, condition } = carryCondition(value, scope, newName);
  const name = newName();
  return plain(name, `${before}{% assign ${name} = ${condition} %}`);
}

function call(value: GoValue & { kind: 'call' }, scope: GoScope, newName: NewName): LiquidValue {
  const { name, given, at } = value;
  if (comparisons.has(name) || name === 'not' || name === 'contains') return truth(value, scope, newName);
  if (name === 'printf') return printf(given, scope, newName, at);
  if (name === 'or' && given.length === 2) {
    const [first, second] = given.map((one) => asToken(carryValue(one, scope, newName), newName));
    return filtered(first!, `default: ${second!.value}`, second!.before);
  }
  const carried = Object.hasOwn(goFunctions, name) ? goFunctions[name] : undefined;
  const tokens = given.map((one) => asToken(carryValue(one, scope, newName), newName));
  const made = carried?.(tokens.map((token) => ({ ...token, before: '' })));
  if (made === undefined) throw new GoProblem('unknown-function', name, at);
  return { ...made, before: joined(tokens) + made.before };
}

/** `%s`, `%d` and `%v` only: the others ask for widths and types that templates here do not know. */
function printf(given: readonly GoValue[], scope: GoScope, newName: NewName, at: number): LiquidValue {
  const [format, ...values] = given;
  const pieces = format?.kind === 'string' ? format.text.split(/(%[sdv%])/) : [];
  const wanted = pieces.filter((piece) => /^%[sdv]$/.test(piece)).length;
  if (
    format?.kind !== 'string' ||
    wanted !== values.length ||
    pieces.some((piece, odd) => odd % 2 === 0 && piece.includes('%'))
  )
    throw new GoProblem('unknown-function', 'printf', at);
  const tokens = values.map((one) => asToken(carryValue(one, scope, newName), newName));
  let next = 0;
  const texts = pieces
    .map((piece) =>
      piece === '%%' ? quoted('%') : /^%[sdv]$/.test(piece) ? tokens[next++]!.value : quoted(piece),
    )
    .filter((text) => text !== '""');
  const text = texts.reduce((made, one) => filtered(made, `append: ${one}`), plain('""'));
  return { ...text, before: joined(tokens) };
}

/** A field of `.`, or of the envelope. */
function field(dot: string | undefined, path: readonly string[], at: number): LiquidValue {
  if (dot !== undefined) return plain([dot, ...path].join('.'));
  if (path[0] === 'Payload') return plain(['payload', ...path.slice(1)].join('.'));
  const carried = Object.hasOwn(gortFields, path.join('.')) ? gortFields[path.join('.')] : undefined;
  if (carried === undefined) throw new GoProblem('unknown-field', `.${path.join('.')}`, at);
  const { value, filter, list } = carried;
  return { before: '', value, filters: filter ? [filter] : [], ...(list && { list }) };
}

function joined(values: readonly LiquidValue[]): string {
  return values.map(({ before }) => before).join('');
}
