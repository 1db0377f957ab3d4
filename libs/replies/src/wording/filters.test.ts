import { refusal, type RefusalCode } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { sentence } from '../wording.js';

it.each<[RefusalCode, Record<string, unknown>, string]>([
  [
    'bad-filter',
    { filter: 'sort', problem: 'unknown-option', option: '--decs', suggestion: '--desc', usage: 'sort …' },
    'sort has no option --decs; did you mean --desc?',
  ],
  [
    'bad-filter',
    { filter: 'head', problem: 'wrong-words', expected: 'a whole number', usage: 'head [COUNT]' },
    'head: expected a whole number. it is used like this: head [COUNT]',
  ],
  [
    'bad-filter',
    { filter: 'text', problem: 'variable', usage: 'text …' },
    "put the template of text in single quotes: text '$name'",
  ],
  [
    'bad-filter',
    { filter: 'where', problem: 'bad-condition', expected: 'a value', usage: 'where …' },
    'that condition cannot be read: expected a value. for example: where status=failed, or where "age > 3 and not name ~ ^test"',
  ],
  [
    'bad-filter',
    { filter: 'json', problem: 'never-first', usage: 'json' },
    'json needs something to work on: put a command and a | before it. it is used like this: json',
  ],
  [
    'bad-output',
    { output: 'ndjson', line: 3, column: 6, expected: 'a value', excerpt: 'oops' },
    'its bundle says that it prints ndjson, and that is not what it printed at line 3, column 6: expected a value, and it printed oops. whoever keeps the bundle can mend it',
  ],
  [
    'too-much-data',
    { what: 'records', most: 100_000 },
    'these are more records than can be passed on: at most 100,000 records. let the command print less',
  ],
  [
    'too-much-data',
    { what: 'characters', most: 16 * 2 ** 20 },
    'this makes more data than can be passed on: at most 16 MiB. let the command print less, or narrow it down with "where" or "head" before',
  ],
  [
    'not-a-number',
    { what: 'sum', field: 'load', record: 2, value: 'high' },
    'load cannot be added up: in record 2 it is "high". leave such records out before, with "where"',
  ],
])('%s %j: %s', (code, facts, expected) => {
  expect(sentence(refusal(code, facts))).toBe(expected);
});
