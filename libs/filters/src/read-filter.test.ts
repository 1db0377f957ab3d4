import { parseLine } from '@chasqui/command-language';
import { expect, it } from 'vitest';
import { filterHelp } from './filter-help.js';
import { filterNames, type Filter } from './filter.js';
import { placeFault } from './place-fault.js';
import { isFilter, readFilter } from './read-filter.js';
import { recordsAfter } from './run-line.fixture.js';

it.each([
  ['sort --decs name', 'unknown-option', '--decs', { option: '--decs', suggestion: '--desc' }],
  ['sort a[', 'wrong-words', 'a[', { expected: 'a field', usage: 'sort [-r|--desc] [FIELD…]' }],
  ['head many', 'wrong-words', 'many', { expected: 'a whole number' }],
  ['head 1 2', 'wrong-words', '2', { expected: 'nothing more' }],
  ['head -n', 'wrong-words', '-n', { expected: 'a number behind -n' }],
  ['head 1.5', 'wrong-words', '1.5', { expected: 'a whole number' }],
  ['tail --lines=3', 'unknown-option', '--lines=3', { option: '--lines' }],
  ['count --by', 'unknown-option', '--by', {}],
  ['count count', 'wrong-words', 'count', {}],
  ['sum', 'wrong-words', undefined, { expected: 'a field' }],
  ['pluck', 'wrong-words', undefined, { expected: 'a field' }],
  ['pluck =a', 'wrong-words', '=a', {}],
  ['pluck a=', 'wrong-words', 'a=', {}],
  ['group', 'wrong-words', undefined, {}],
  ['group count', 'wrong-words', 'count', { expected: 'a field to group by' }],
  ['group records', 'wrong-words', 'records', {}],
  ['group a med:b', 'wrong-words', 'med:b', {}],
  ['group a sum:', 'wrong-words', 'sum:', {}],
  ['table --wide', 'unknown-option', '--wide', {}],
  ['json a', 'wrong-words', 'a', { expected: 'nothing more' }],
  ['text a b', 'wrong-words', 'b', {}],
  ["text 'x ${a'", 'wrong-words', '$', { expected: 'a field and a } behind ${' }],
  ["text 'x ${}'", 'wrong-words', '$', {}],
  ['join a b', 'wrong-words', 'b', {}],
  ['join --by=,', 'unknown-option', '--by=,', { option: '--by' }],
  ['seed', 'wrong-words', undefined, {}],
  [`seed '{"a":1,}'`, 'bad-json', '}', { expected: 'a name in double quotes' }],
  ['seed 007', 'bad-json', '0', { expected: 'a blank between two values' }],
  [`seed '{"a":1} x'`, 'bad-json', 'x', { expected: 'a value' }],
])('refuses %s: %s at %s', (line, problem, at, facts) => {
  const refused = recordsAfter(line) as { position?: number; length: number };
  expect(refused).toMatchObject({ code: 'bad-filter', problem, ...facts });
  const { position, length } = refused;
  expect(position === undefined ? undefined : line.slice(position, position + length)).toBe(at);
});

it('refuses a variable in a filter’s words, and shows where', () => {
  const word = { text: 'a=$b', raw: 'a=$b', quoted: false, start: 6, end: 10 };
  const parts = ['a=', { raw: '$b', path: ['b'], start: 8, end: 10 }];
  expect(readFilter('where', [{ ...word, parts } as typeof word])).toMatchObject({
    code: 'bad-filter',
    facts: { problem: 'variable', position: 6, length: 4 },
  });
});

it('knows its own names and no others', () => {
  expect(filterNames.every(isFilter)).toBe(true);
  expect(['constructor', '__proto__', 'Where', ''].some(isFilter)).toBe(false);
});

it('lets sources begin a pipeline, and nothing else', () => {
  const echo: Filter = { kind: 'echo', text: 'x' };
  const json: Filter = { kind: 'json' };
  expect([placeFault(echo, true), placeFault(json, false)]).toEqual([undefined, undefined]);
  expect(placeFault(echo, false)).toMatchObject({ facts: { problem: 'only-first', filter: 'echo' } });
  expect(placeFault(json, true)).toMatchObject({ facts: { problem: 'never-first', filter: 'json' } });
});

it.each(filterHelp.flatMap(({ name, examples }) => examples.map((example) => [name, example])))(
  'the example of %s can be typed: %s',
  (name, example) => {
    expect(parseLine(example!)).toHaveProperty('stages');
    expect(example!.split('|').some((stage) => stage.trim().startsWith(name!))).toBe(true);
    const records = recordsAfter(example!);
    expect(records).toBeInstanceOf(Array);
    expect(records).not.toEqual([]);
  },
);

it('takes commas between fields as blanks, but not in quotes', () => {
  const read = (line: string) => {
    const parsed = parseLine(line);
    if ('kind' in parsed) throw new Error(line);
    return readFilter('pluck', parsed.stages[0]!.words.slice(1));
  };
  expect(read('pluck name,tags')).toEqual(read('pluck name tags'));
  expect(read('pluck "name,tags"')).toMatchObject({ fields: [{ field: 'name,tags' }] });
  expect(read('pluck name,-x')).toMatchObject({ kind: 'refusal', facts: { position: 11 } });
});
