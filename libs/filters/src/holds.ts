import type { Condition, Operator } from './condition.js';
import { fieldReader } from './field.js';
import { compareOrdered, numberOf, ordered } from './order.js';
import { patternTest } from '@chasqui/patterns';
import type { DataRecord } from './records.js';
import { valueText } from './value-text.js';

type Test = (record: DataRecord) => boolean;

/**
 * A condition made ready for many records.
 * - `=`: a number equals a number of the same size; all else the text that was typed. `!=` is whatever `=` is not, a missing field too.
 * - `<` and its like: two numbers by size, two texts in the order of `sort`; a number and a text are neither less nor greater.
 * - `~`: the pattern is found somewhere in the value's text. `!~` is whatever `~` is not.
 * - Of a list, one item has to fit.
 */
export function holds(condition: Condition): Test {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.conditions.map(holds);
      return (record) => tests.every((test) => test(record));
    }
    case 'or': {
      const tests = condition.conditions.map(holds);
      return (record) => tests.some((test) => test(record));
    }
    case 'not': {
      const test = holds(condition.condition);
      return (record) => !test(record);
    }
    case 'exists': {
      const read = fieldReader(condition.field);
      return (record) => (read(record) ?? null) !== null;
    }
    case 'compare': {
      const read = fieldReader(condition.field);
      const test = comparison(condition.operator, condition.value);
      return (record) => {
        const found = read(record);
        return Array.isArray(found) ? test.list(found) : test.one(found);
      };
    }
  }
}

interface Comparison {
  readonly one: (value: unknown) => boolean;
  readonly list: (values: readonly unknown[]) => boolean;
}

function comparison(operator: Operator, typed: string): Comparison {
  if (operator.startsWith('!')) {
    const opposite = comparison(operator.slice(1) as Operator, typed);
    return { one: (value) => !opposite.one(value), list: (values) => !opposite.list(values) };
  }
  const one = single(operator, typed);
  return { one, list: (values) => values.some(one) };
}

function single(operator: Operator, typed: string): (value: unknown) => boolean {
  if (operator === '=') {
    const number = numberOf(typed);
    return (value) =>
      typeof value === 'number' ? value === number : value !== undefined && asTyped(value) === typed;
  }
  if (operator === '~') {
    const test = patternTest(typed);
    return (value) => (value ?? null) !== null && test(valueText(value));
  }
  const bound = ordered(typed);
  const wanted = signs[operator]!;
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') return false;
    const found = ordered(value);
    return found.rank === bound.rank && wanted.includes(Math.sign(compareOrdered(found, bound)));
  };
}

const signs: Partial<Record<Operator, readonly number[]>> = {
  '<': [-1],
  '<=': [-1, 0],
  '>': [1],
  '>=': [1, 0],
};

function asTyped(value: unknown): string {
  return value === null ? 'null' : valueText(value);
}
