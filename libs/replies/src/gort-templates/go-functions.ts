import { filtered, plain, type LiquidValue } from './liquid-value.js';

/** What a call of a Go function becomes, from what it is given, as values that need nothing before them. Undefined: not with so many. */
export type CarriedFunction = (given: readonly LiquidValue[]) => LiquidValue | undefined;

/** The filter applied to the last of what is given, which is where Go's pipes put the value; the others stand behind the filter, in this order. */
function filter(name: string, others = 0, more: readonly string[] = []): CarriedFunction {
  return (given) => {
    if (given.length !== others + 1) return undefined;
    const words = [...given.slice(0, -1).map(({ value }) => value), ...more];
    return filtered(given.at(-1)!, words.length > 0 ? `${name}: ${words.join(', ')}` : name);
  };
}

/** The same, for functions whose first word is the subject: `sub 3 1` is 2. */
function infix(name: string, after?: string): CarriedFunction {
  return (given) => {
    if (given.length !== 2) return undefined;
    const made = filtered(given[0]!, `${name}: ${given[1]!.value}`);
    return after === undefined ? made : filtered(made, after);
  };
}

const itself: CarriedFunction = (given) => (given.length === 1 ? given[0] : undefined);

/** Functions of Go's templates and of Sprig that have an equivalent. Conditions (`eq`, `and`, `not`, …) are carried over elsewhere. */
export const goFunctions: Readonly<Record<string, CarriedFunction>> = {
  upper: filter('upcase'),
  lower: filter('downcase'),
  trim: filter('strip'),
  trunc: filter('truncate', 1, ['""']),
  replace: filter('replace', 2),
  default: filter('default', 1),
  join: filter('join', 1),
  splitList: filter('split', 1),
  toJson: filter('json'),
  toPrettyJson: filter('json', 0, ['2']),
  first: filter('first'),
  last: filter('last'),
  reverse: filter('reverse'),
  uniq: filter('uniq'),
  len: filter('size'),
  add: infix('plus'),
  sub: infix('minus'),
  mul: infix('times'),
  div: infix('divided_by', 'floor'),
  mod: infix('modulo'),
  round: infix('round'),
  ceil: filter('ceil'),
  floor: filter('floor'),
  int: itself,
  toString: itself,
  print: (given) => {
    const [first, ...others] = given;
    return first && others.reduce((text, { value }) => filtered(text, `append: ${value}`), first);
  },
  /** `index .Payload "key" 0`. */
  index: ([of, ...keys]) =>
    of && of.filters.length === 0
      ? plain(`${of.value}${keys.map(({ value }) => `[${value}]`).join('')}`, of.before)
      : undefined,
};
