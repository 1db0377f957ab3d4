import { isOn, textOf, type RuleOption } from './facts.js';
import type { Reading } from './readings.js';
import type { Comparison, Condition, Operand, Operator } from './rule.js';
import { isTrue } from './tree.js';
import { compareValues, equal, type Given, type Value } from './values.js';

/** Whether a condition is true of what was given. `any` of nothing is false, `all` of nothing is true. */
export function holds(condition: Condition, reading: Reading): boolean {
  return isTrue(condition, (comparison) => isSo(comparison, reading));
}

function isSo({ quantifier, left, operator, right }: Comparison, reading: Reading): boolean {
  if (!quantifier) return relates(valueOf(left, reading), operator, right, reading);
  const values = left.kind === 'args' ? argsIn(reading) : optionsIn(reading);
  const test = (value: Value): boolean => relates(value, operator, right, reading);
  return quantifier === 'any' ? values.some(test) : values.every(test);
}

function relates(value: Value, operator: Operator, right: Operand, reading: Reading): boolean {
  if (operator !== 'in') return compareValues(value, operator, valueOf(right, reading));
  if (right.kind === 'list') return right.of.some((literal) => equal(value, literal));
  const members = right.kind === 'args' ? argsIn(reading) : namesIn(reading);
  return members.some((member) => equal(member, value));
}

function valueOf(operand: Operand, reading: Reading): Value {
  switch (operand.kind) {
    case 'arg':
      return given(reading.args[operand.index]);
    case 'option':
      return givenOption(reading.options.get(operand.name)?.[0]);
    case 'args':
    case 'options':
    case 'list':
      // The parser lets these stand only where they are looked into.
      throw new Error(`${operand.kind} has no single value`);
    default:
      return operand;
  }
}

function argsIn(reading: Reading): Given[] {
  return reading.args.map(given);
}

function optionsIn(reading: Reading): Given[] {
  return [...reading.options.values()].flat().map(givenOption);
}

function namesIn(reading: Reading): Given[] {
  return [...reading.options].filter(([, options]) => options.length > 0).map(([name]) => given(name));
}

function given(text: string | undefined): Given {
  return text === undefined ? { kind: 'given' } : { kind: 'given', text };
}

function givenOption(option: RuleOption | undefined): Given {
  return option ? { kind: 'given', text: textOf(option), on: isOn(option) } : { kind: 'given', on: false };
}
