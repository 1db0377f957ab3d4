import { describe, expect, it } from 'vitest';
import { recordsAfter, runLine } from './run-line.fixture.js';

const hosts = [
  { name: 'web10', dc: 'fra', load: 3 },
  { name: 'web2', dc: 'ams', load: 0.1 },
  { name: 'db1', dc: 'fra', load: 0.2 },
  { name: 'Backup', dc: 'ams' },
];
const names = (line: string) =>
  (recordsAfter(line, hosts) as { name: string }[]).map(({ name }) => name).join(' ');
const values = (line: string) => (recordsAfter(line) as { value: unknown }[]).map(({ value }) => value);

describe('sort', () => {
  it.each([
    ['sort name', 'Backup db1 web2 web10'],
    ['sort -name', 'web10 web2 db1 Backup'],
    ['sort --desc name', 'web10 web2 db1 Backup'],
    ['sort name -r', 'web10 web2 db1 Backup'],
    ['sort load', 'web2 db1 web10 Backup'],
    ['sort -load', 'web10 db1 web2 Backup'],
    ['sort dc -load', 'web2 Backup web10 db1'],
    ['sort -r dc -load', 'db1 web10 web2 Backup'],
    ['sort dc', 'web2 Backup web10 db1'],
    ['sort nothing', 'web10 web2 db1 Backup'],
  ])('%s: %s', (line, expected) => expect(names(line)).toBe(expected));

  it('puts numbers before texts, texts before yes and no, and what is missing last', () => {
    expect(values(`seed '[[1],"b","10",null,true,{"value":"a"},9,-1.5,false,"A"]' | sort`)).toEqual([
      -1.5,
      9,
      '10',
      'A',
      'a',
      'b',
      false,
      true,
      [1],
      null,
    ]);
  });

  it('orders lines of text and plain values without being told by what', () => {
    expect(recordsAfter('sort', [{ text: 'b' }, { text: 'a' }])).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(values('seed [3,1,2] | sort -r')).toEqual([3, 2, 1]);
  });
});

describe('head and tail', () => {
  it.each([
    ['head 2', 'web10 web2'],
    ['head -n 1', 'web10'],
    ['head -1', 'web10'],
    ['head 0', ''],
    ['head', 'web10 web2 db1 Backup'],
    ['tail 2', 'db1 Backup'],
    ['tail 0', ''],
    ['tail 99', 'web10 web2 db1 Backup'],
  ])('%s: %s', (line, expected) => expect(names(line)).toBe(expected));

  it('keep ten where nothing is said', () => {
    const many = Array.from({ length: 30 }, (_, value) => ({ value }));
    expect(recordsAfter('head', many)).toEqual(many.slice(0, 10));
    expect(recordsAfter('tail', many)).toEqual(many.slice(20));
  });
});

describe('count', () => {
  it.each([
    ['count', [{ count: 4 }]],
    ['where load>99 | count', [{ count: 0 }]],
    [
      'count dc',
      [
        { dc: 'fra', count: 2 },
        { dc: 'ams', count: 2 },
      ],
    ],
    ['count nothing', [{ nothing: null, count: 4 }]],
  ])('%s', (line, expected) => expect(recordsAfter(line, hosts)).toEqual(expected));

  it('counts each combination of several fields', () => {
    const pairs = [
      { a: 1, b: 'x' },
      { a: '1', b: 'x' },
      { a: 1, b: 'x' },
    ];
    expect(recordsAfter('count a b', pairs)).toEqual([
      { a: 1, b: 'x', count: 2 },
      { a: '1', b: 'x', count: 1 },
    ]);
  });
});

describe('sum', () => {
  it('adds without the noise of binary fractions, and passes over what is missing', () => {
    expect(recordsAfter('where load<1 | sum load', hosts)).toEqual([{ load: 0.3 }]);
    expect(recordsAfter('sum load', hosts)).toEqual([{ load: 3.3 }]);
    expect(recordsAfter('sum a b', [{ a: 1, b: '2' }, { a: 3 }])).toEqual([{ a: 4, b: 2 }]);
    expect(recordsAfter('sum load')).toEqual([{ load: 0 }]);
  });

  it('says which record has no number', () => {
    expect(recordsAfter('sum name', hosts)).toEqual({
      code: 'not-a-number',
      what: 'sum',
      field: 'name',
      record: 1,
      value: 'web10',
    });
    expect(recordsAfter('sum a', [{ a: 1e308 }, { a: 1e308 }])).toMatchObject({ value: 'too large' });
  });
});

describe('unique', () => {
  it('keeps the first of equal records, in whatever order their keys are', () => {
    const twice = [
      { a: 1, b: { c: [1] } },
      { b: { c: [1] }, a: 1 },
      { a: '1', b: { c: [1] } },
    ];
    expect(recordsAfter('unique', twice)).toEqual([twice[0], twice[2]]);
    expect(names('unique dc')).toBe('web10 web2');
  });
});

describe('pluck', () => {
  it('keeps fields in the order they are named, renames, and reaches inside', () => {
    const records = [{ name: 'a', host: { dc: 'fra', ports: [80, 443] } }, { name: 'b' }];
    expect(recordsAfter('pluck dc=host.dc name host.ports[1]', records)).toEqual([
      { dc: 'fra', name: 'a', 'host.ports[1]': 443 },
      { name: 'b' },
    ]);
    expect(JSON.stringify(recordsAfter('pluck host.dc | where host.dc | pluck dc=host.dc', records))).toBe(
      '[{"dc":"fra"}]',
    );
  });

  it('reads nothing that a record does not have of its own, and writes no prototype', () => {
    expect(
      recordsAfter('pluck x=constructor y=name.length __proto__=name toString', hosts.slice(0, 1)),
    ).toEqual([{}]);
  });
});

describe('group', () => {
  it('puts records together, with their number', () => {
    expect(recordsAfter('group dc', hosts)).toEqual([
      { dc: 'fra', count: 2, records: [hosts[0], hosts[2]] },
      { dc: 'ams', count: 2, records: [hosts[1], hosts[3]] },
    ]);
  });

  it('or says of each group what it is asked', () => {
    expect(recordsAfter('group dc count sum:load mean=avg:load min:name peak=max:load', hosts)).toEqual([
      { dc: 'fra', count: 2, sum_load: 3.2, mean: 1.6, min_name: 'db1', peak: 3 },
      { dc: 'ams', count: 2, sum_load: 0.1, mean: 0.1, min_name: 'Backup', peak: 0.1 },
    ]);
    expect(recordsAfter('group dc avg:nothing max:nothing', hosts.slice(0, 1))).toEqual([
      { dc: 'fra', avg_nothing: null, max_nothing: null },
    ]);
    expect(recordsAfter('group dc avg:name', hosts)).toMatchObject({ code: 'not-a-number', what: 'avg' });
  });

  it('is not confused by a value that looks like one of our refusals', () => {
    const odd = { a: 1, b: { kind: 'refusal', code: 'x', facts: {} } };
    expect(recordsAfter('group a max:b', [odd])).toEqual([{ a: 1, max_b: odd.b }]);
  });
});

describe('text', () => {
  it.each([
    ['text name', 'web10 web2 db1 Backup'],
    [`text '$name@$dc'`, 'web10@fra web2@ams db1@fra Backup@ams'],
    [`text '\${name}:\${load:-idle}'`, 'web10:3 web2:0.1 db1:0.2 Backup:idle'],
    [`head 1 | text 'costs 5$ \\$name \${dc}x $nothing.'`, 'costs 5$ $name frax .'],
    [`head 1 | text '$name\\n$dc'`, 'web10\nfra'],
    ['head 1 | text', 'web10 fra 3'],
  ])('%s', (line, expected) => {
    const lines = (recordsAfter(line, hosts) as { text: string }[]).map(({ text }) => text);
    expect(lines.join(' ')).toBe(expected);
  });

  it('writes lists and objects as JSON', () => {
    expect(recordsAfter("text '$a $b'", [{ a: [1], b: { c: 'x' } }])).toEqual([{ text: '[1] {"c":"x"}' }]);
  });
});

describe('join', () => {
  it.each([
    ['seed \'["a","b"]\' | join', 'a, b'],
    ['seed \'["a","b"]\' | join " and "', 'a and b'],
    ['seed \'["a","b"]\' | join \'\\n\'', 'a\nb'],
    ['seed \'["a","b"]\' | join -', 'a-b'],
    ['seed [] | join', ''],
  ])('%s', (line, text) => expect(recordsAfter(line)).toEqual([{ text }]));
});

describe('sources', () => {
  it.each([
    [`seed '{"a":1}'`, [{ a: 1 }]],
    [`seed '[{"a":1},2]'`, [{ a: 1 }, { value: 2 }]],
    [`seed '{"a":1} {"a":2}' 3`, [{ a: 1 }, { a: 2 }, { value: 3 }]],
    ['echo hello   "big  world"', [{ text: 'hello big  world' }]],
    ['echo', [{ text: '' }]],
  ])('%s', (line, expected) => expect(recordsAfter(line)).toEqual(expected));
});

it.each([
  ['table name dc', { kind: 'table', columns: ['name', 'dc'] }],
  ['table name | sort name | head 3', { kind: 'table', columns: ['name'] }],
  ['table', { kind: 'table' }],
  ['json | where dc=fra', { kind: 'json' }],
  ['json | count', { kind: 'auto' }],
  ['text name', { kind: 'text' }],
])('%s is drawn as %j', (line, view) => {
  expect(runLine(line, hosts)).toMatchObject({ view });
});

it('a short line does not fill the memory', () => {
  const big = [{ a: 'x'.repeat(1_000_000) }];
  expect(recordsAfter(`text '${'$a'.repeat(2_000)}'`, big)).toMatchObject({ code: 'too-much-data' });
  const doubling = 'pluck a=a b=a c=a d=a | group d | pluck a=records b=records c=records';
  expect(recordsAfter(Array(16).fill(doubling).join(' | '), [{ a: 'x' }])).toMatchObject({
    code: 'too-much-data',
  });
  expect(recordsAfter(Array(50).fill('group a').join(' | '), [{ a: 'x' }])).toMatchObject({ what: 'depth' });
  const many = Array.from({ length: 100_000 }, () => ({ a: 'x' }));
  expect(recordsAfter(`join ${'-'.repeat(1_000)}`, many)).toMatchObject({ what: 'characters' });
});

it('leaves the records it is given as they were', () => {
  const before = structuredClone(hosts);
  runLine('sort name | unique dc | group dc | pluck x=records', hosts);
  expect(hosts).toEqual(before);
});
