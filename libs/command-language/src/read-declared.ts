import type { Resolve } from './bound.js';
import type { PositionalDeclaration, Value } from './declaration.js';
import { itemsIn, pieceText, type Piece } from './piece.js';
import { durationText } from './read-duration.js';
import {
  boundsProblem,
  isValueProblem,
  readValue,
  type ItemDeclaration,
  type ValueProblem,
} from './read-value.js';

/** Options and positionals are read alike. */
export type Declared = PositionalDeclaration;

/** One text to be read, and where it was typed; nowhere, if it is a default. */
export interface Item {
  readonly text: string;
  readonly piece?: Piece;
}

/** All that was given for one option or positional, or what is wrong with it, and with which item. */
export type ReadDeclared =
  | { readonly value: Value; readonly texts: readonly string[] }
  | { readonly wrong: ValueProblem; readonly item: Item | undefined };

/** Reads the items of one declaration: of a list or a variadic positional each, of anything else the only one. */
export function readDeclared(declared: Declared, items: readonly Item[], resolve: Resolve): ReadDeclared {
  const one = itemOf(declared);
  const values: (string | number | boolean)[] = [];
  const texts: string[] = [];
  for (const item of items) {
    const read = readValue(one, item.text, resolve);
    if (isValueProblem(read)) return { wrong: read, item };
    values.push(read.value);
    texts.push(read.text);
  }
  if (!isMany(declared)) return { value: values[0]!, texts };
  if (declared.type === 'list') {
    const wrong = boundsProblem(
      values.length,
      declared.min,
      declared.max,
      (size) => `${size} item${size === 1 ? '' : 's'}`,
    );
    if (wrong) return { wrong, item: items[0] };
  }
  return { value: values as Value, texts };
}

/** Whether its value is a list. */
export function isMany(declared: Declared): boolean {
  return declared.type === 'list' || declared.variadic === true;
}

export function itemsOf(declared: Declared, given: readonly Piece[]): Item[] {
  if (declared.type !== 'list') return given.map((piece) => ({ text: pieceText(piece), piece }));
  return given.flatMap((piece) => itemsIn(piece).map((text) => ({ text, piece })));
}

/** A default, as somebody would have typed it. */
export function itemsOfDefault(declared: Declared, value: Value): Item[] {
  const values =
    typeof value === 'object'
      ? value
      : declared.type === 'list' && typeof value === 'string'
        ? value.split(',')
        : [value];
  const duration = itemOf(declared).type === 'duration';
  return values.map((one) => ({
    text: duration && typeof one === 'number' ? durationText(one) : String(one),
  }));
}

/** Each is an argument of the program. */
const mostCounted = 100;

const itemDeclarations = new WeakMap<Declared, ItemDeclaration>();

/** What each item must be: one object for each declaration, because patterns are compiled once for each. */
function itemOf(declared: Declared): ItemDeclaration {
  let item = itemDeclarations.get(declared);
  if (!item) itemDeclarations.set(declared, (item = makeItem(declared)));
  return item;
}

function makeItem({ type, of, values, pattern, min, max }: Declared): ItemDeclaration {
  if (type === 'list') return { type: of ?? 'string', values, pattern };
  if (type === 'count') return { type: 'int', min, max: Math.min(max ?? mostCounted, mostCounted) };
  return { type, values, pattern, min, max };
}
