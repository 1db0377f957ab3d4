import { isOn, textOf, type RuleOption } from './facts.js';
import type { Reading } from './readings.js';
import type { Comparison, Condition, Operand, Operator } from './rule.js';
import { clockIn, factIn, groupsIn, tagIn, tagOrNone } from './surroundings.js';
import { isTrue } from './tree.js';
import { compareValues, equal, type Given, type Value } from './values.js';

/** Whether a condition is true of what was given. `any` of nothing is false, `all` of nothing is true. */
export function holds(condition: Condition, reading: Reading): boolean {
  return isTrue(condition, (comparison) => isSo(comparison, reading));
}

/** Whether one comparison is true of what was given. */
export function isSo({ quantifier, left, operator, right }: Comparison, reading: Reading): boolean {
  if (!quantifier) return relates(valuesOf(left, reading), operator, right, reading);
  const test = (value: Value): boolean => relates([value], operator, right, reading);
  const values = eachOf(left, reading);
  return quantifier === 'any' ? values.some(test) : values.every(test);
}

/**
 * Where a side is several values at once, as a tag may be, one of them is enough; `!=` is the opposite of `==`, so there all of them must
 * differ. Selectors of relays have it so too.
 */
function relates(values: readonly Value[], operator: Operator, right: Operand, reading: Reading): boolean {
  if (operator === 'in') {
    const members = right.kind === 'list' ? right.of : membersOf(right, reading);
    return values.some((value) => members.some((member) => equal(value, member)));
  }
  const others = valuesOf(right, reading);
  const every = operator === '!=';
  const test = (value: Value) => (other: Value) => compareValues(value, operator, other);
  return every
    ? values.every((value) => others.every(test(value)))
    : values.some((value) => others.some(test(value)));
}

/** What a side that is looked at as one value is; mostly that is one, and one without a text where it is missing. */
function valuesOf(operand: Operand, reading: Reading): readonly Value[] {
  switch (operand.kind) {
    case 'arg':
      return [given(reading.args[operand.index])];
    case 'option':
      return [givenOption(reading.options.get(operand.name)?.[0])];
    case 'fact':
      return factIn(operand.name, reading.where);
    case 'tag':
      return tagOrNone(operand.key, reading.where);
    case 'time':
    case 'weekday':
      return [clockIn(operand.kind, operand.zone, reading.where)];
    case 'args':
    case 'options':
    case 'groups':
    case 'list':
      // The parser lets these stand only where they are looked into.
      throw new Error(`${operand.kind} has no single value`);
    default:
      return [operand];
  }
}

/** What `in` looks into: of options their names. */
function membersOf(operand: Operand, reading: Reading): readonly Given[] {
  switch (operand.kind) {
    case 'args':
      return reading.args.map(given);
    case 'options':
      return [...reading.options].filter(([, options]) => options.length > 0).map(([name]) => given(name));
    case 'groups':
      return groupsIn(reading.where);
    case 'tag':
      return tagIn(operand.key, reading.where);
    default:
      throw new Error(`nothing is in ${operand.kind}`);
  }
}

/** What `any` and `all` go through: of options their values. */
function eachOf(operand: Operand, reading: Reading): readonly Given[] {
  return operand.kind === 'options'
    ? [...reading.options.values()].flat().map(givenOption)
    : membersOf(operand, reading);
}

function given(text: string | undefined): Given {
  return text === undefined ? { kind: 'given' } : { kind: 'given', text };
}

function givenOption(option: RuleOption | undefined): Given {
  return option ? { kind: 'given', text: textOf(option), on: isOn(option) } : { kind: 'given', on: false };
}
