import { describe, expect, it } from 'vitest';
import { recordsAfter } from './run-line.fixture.js';

const people = [
  { name: 'Ann Lee', age: 41, dc: 'fra', tags: ['gpu', 'old'], home: { city: 'Köln', rooms: [2, 3] } },
  { name: 'bob', age: '9', dc: 'ams', tags: [], admin: true },
  {
    name: 'Carol',
    age: 10,
    dc: 'fra',
    admin: false,
    note: null,
    'odd.name': 1,
    since: '2026-11-22T03:00:00Z',
  },
];
const names = (condition: string) => {
  const found = recordsAfter(`where ${condition}`, people);
  return Array.isArray(found)
    ? found.map((record: { name: string }) => record.name.split(' ')[0]).join(' ')
    : found;
};

describe('where keeps', () => {
  it.each([
    ['dc=fra', 'Ann Carol'],
    ['dc==fra', 'Ann Carol'],
    ['dc != fra', 'bob'],
    ['dc = fra', 'Ann Carol'],
    ['age>9', 'Ann Carol'],
    ['"age > 9"', 'Ann Carol'],
    ['"age >= 9"', 'Ann bob Carol'],
    ['age<10', 'bob'],
    ['age<=10', 'bob Carol'],
    ['age=41.0', 'Ann'],
    ['age=9', 'bob'],
    ['age=9.0', ''],
    ['name="Ann Lee"', 'Ann'],
    [`"name = 'Ann Lee'"`, 'Ann'],
    [`'name = "Ann Lee"'`, 'Ann'],
    ['name = "Ann Lee"', 'Ann'],
    ['name~^.o', 'bob'],
    ['name=~^.o', 'bob'],
    [`'name ~ (?i)^(A|C)'`, 'Ann Carol'],
    ['name!~o', 'Ann'],
    ['home.city=Köln', 'Ann'],
    ['home.rooms[1]=3', 'Ann'],
    ['home.rooms[-1]=3', 'Ann'],
    [`'home["city"] = Köln'`, 'Ann'],
    ['odd.name=1', 'Carol'],
    ['tags=gpu', 'Ann'],
    ['tags!=gpu', 'bob Carol'],
    ['admin=true', 'bob'],
    ['admin', 'bob Carol'],
    ['not admin', 'Ann'],
    ['admin!=true', 'Ann Carol'],
    ['note', ''],
    ['note=null', 'Carol'],
    ["note=''", ''],
    ['nothing=1', ''],
    ['nothing!=1', 'Ann bob Carol'],
    ['nothing<1', ''],
    ['"since > 2026-11-22T02"', 'Carol'],
    ['dc=fra age>20', 'Ann'],
    ['dc=fra and age>20', 'Ann'],
    ['dc=ams or age>20', 'Ann bob'],
    ['dc=ams or dc=fra and age>20', 'Ann bob'],
    ['(dc=ams or dc=fra) and not age>20', 'bob Carol'],
    ['( dc=ams or dc=fra ) and not ( age>20 )', 'bob Carol'],
    ['not(dc=ams or age>20)', 'Carol'],
    ['"(dc=ams or dc=fra) and not (age>20)"', 'bob Carol'],
    ['NOT dc=fra AND admin', 'bob'],
    ['(name="(x)" or age=41)', 'Ann'],
    ['"name"=bob', 'bob'],
  ])('%s: %s', (condition, expected) => expect(names(condition)).toBe(expected));

  it('texts in the order of sort, and never compares a text with a number', () => {
    const hosts = [{ name: 'web2' }, { name: 'web10' }, { name: 'unknown' }, { name: 7 }];
    expect(recordsAfter('where name<web10', hosts)).toEqual([{ name: 'web2' }, { name: 'unknown' }]);
    expect(recordsAfter('where name>3', hosts)).toEqual([{ name: 7 }]);
  });
});

describe('where refuses', () => {
  const place = (line: string) => {
    const { position, length, expected, problem, code } = recordsAfter(line) as Record<string, unknown>;
    expect(code).toBe('bad-filter');
    return [line.slice(position as number, (position as number) + (length as number)), expected, problem];
  };

  it.each([
    ['where dc=', '', 'a value'],
    ['where =fra', '=', 'a field'],
    ['where (dc=fra', '', 'and, or, or a closing )'],
    ['where dc=fra )', ')', 'and, or, or the end'],
    ['where dc=fra and', '', 'a field'],
    ['where dc=fra or or x=1', 'or', 'a field'],
    ['where not', '', 'a field'],
    ['where 3', '3', 'a comparison, such as status=failed'],
    ['where dc is fra', 'is', 'a comparison, such as status=failed'],
    ['where has(dc)', 'has', 'a comparison, such as status=failed'],
    ['where field(dc)', '(', 'and, or, or an operator'],
    ['where a..b=1', 'a..b', 'a field'],
    [`where "dc = fra and (name = 'x'"`, '', 'and, or, or a closing )'],
    [`where "dc = fra and 'x = 1"`, "'", 'the quote to be closed'],
    ['where "age > 3 and"', '', 'a field'],
    [`where ${'('.repeat(60)}a=1`, '(', 'at most 50 parentheses and nots in one another'],
  ])('%s at %j', (line, at, expected) => {
    expect(place(line)).toEqual([at, expected, 'bad-condition']);
  });

  it('a pattern that is none, and says why', () => {
    expect(recordsAfter('where "name ~ a("')).toMatchObject({
      problem: 'bad-pattern',
      detail: 'missing closing ): `a(`',
      position: 14,
      length: 2,
    });
    expect(place("where name~'(?=a)'")[2]).toBe('bad-pattern');
    expect(recordsAfter(`where name~${'a'.repeat(1_001)}`)).toMatchObject({
      detail: 'at most 1000 characters',
    });
  });

  it('options, and no condition at all', () => {
    expect(recordsAfter('where --all')).toMatchObject({ problem: 'unknown-option', option: '--all' });
    expect(recordsAfter('where')).toMatchObject({ problem: 'wrong-words', usage: 'where CONDITION…' });
  });
});

it('no pattern takes longer than the text is long', () => {
  expect(recordsAfter('where "text ~ ^(a+)+$"', [{ text: `${'a'.repeat(20_000)}b` }])).toEqual([]);
});
