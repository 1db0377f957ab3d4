import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndjson } from './ndjson.js';
import { recordsOf } from './records-of.js';
import { scanJson } from './scan-json.js';

const read = (kind: 'text' | 'json' | 'ndjson', output: string) => {
  const result = recordsOf(kind, output);
  return 'kind' in result ? { code: result.code, ...result.facts } : result.records;
};

describe('text', () => {
  it('makes each line a record', () => {
    expect(read('text', 'one\r\n\ntwo\n')).toEqual([{ text: 'one' }, { text: '' }, { text: 'two' }]);
  });

  it.each(['', '\n', ' \n'])('makes no records of %j', (output) => expect(read('text', output)).toEqual([]));
});

describe('json', () => {
  it('makes a list’s items records, and any other value one', () => {
    expect(read('json', ' [{"a":1},2,null,[3]] ')).toEqual([
      { a: 1 },
      { value: 2 },
      { value: null },
      { value: [3] },
    ]);
    expect(read('json', '{"a":[1,2]}')).toEqual([{ a: [1, 2] }]);
    expect(read('json', '"hello"')).toEqual([{ value: 'hello' }]);
    expect(read('json', '\uFEFF{}')).toEqual([{}]);
    expect(read('json', '\n')).toEqual([]);
  });

  it('keeps every digit of an integer', () => {
    expect(read('json', '[{"id":123456789012345678901,"n":9007199254740991,"x":1.5e20}]')).toEqual([
      { id: '123456789012345678901', n: 9007199254740991, x: 1.5e20 },
    ]);
  });

  it.each([
    ['{"a":1', 1, 7, 'a comma or }', undefined],
    ['{"a" 1}', 1, 6, 'a colon', '1}'],
    ['[1,\n 2,\n oops]', 3, 2, 'a value', 'oops]'],
    ['[1,]', 1, 4, 'a value', ']'],
    ['{a:1}', 1, 2, 'a name in double quotes or }', 'a:1}'],
    ['{"a":"b', 1, 6, 'a closing " for this one', '"b'],
    ['"\\q"', 1, 2, 'an escape: \\n, \\" or \\u0041', '\\q"'],
    ['{"a":1}\n{"a":2}', 2, 1, 'nothing behind the value', '{"a":2}'],
    ['hello there, this is no JSON', 1, 1, 'a value', 'hello there, this is'],
  ])('says where %j is wrong', (output, line, column, expected, excerpt) => {
    expect(read('json', output)).toEqual({
      code: 'bad-output',
      output: 'json',
      line,
      column,
      expected,
      ...(excerpt !== undefined && { excerpt }),
    });
  });
});

describe('ndjson', () => {
  it('makes each value a record and passes over blank lines', () => {
    expect(read('ndjson', '{"a":1}\r\n\n[1]\n2\n')).toEqual([{ a: 1 }, { value: [1] }, { value: 2 }]);
  });

  it('says in which line it is wrong', () => {
    expect(read('ndjson', '{"a":1}\n\n{"a":}\n')).toMatchObject({ line: 3, column: 6, expected: 'a value' });
  });

  it('reads what was written for a program', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))), (records) => {
        const plain = JSON.parse(
          JSON.stringify(records).replaceAll('"__proto__"', '"proto"'),
        ) as typeof records;
        expect(read('ndjson', ndjson(plain))).toEqual(plain);
      }),
    );
  });
});

it('takes 100,000 records and no more', () => {
  expect(read('text', 'x\n'.repeat(100_000))).toHaveLength(100_000);
  for (const kind of ['text', 'ndjson'] as const) {
    expect(read(kind, '1\n'.repeat(100_001))).toEqual({
      code: 'too-much-data',
      what: 'records',
      most: 100_000,
    });
  }
  expect(read('json', `[${'1,'.repeat(100_000)}1]`)).toMatchObject({ what: 'records' });
});

it.each([64, 1_000, 1_000_000])('refuses what is nested %d deep below the value', (depth) => {
  expect(read('json', '['.repeat(depth + 1) + ']'.repeat(depth + 1))).toEqual({
    code: 'too-much-data',
    what: 'depth',
    most: 64,
  });
  expect(read('json', '['.repeat(depth))).toMatchObject({ code: 'bad-output' });
});

it('lets no key reach a prototype', () => {
  const [record] = read(
    'json',
    '{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}},"b":1}',
  ) as object[];
  expect(Object.getOwnPropertyNames(record)).toEqual(['a', 'b']);
  expect(Object.assign({}, record)).not.toHaveProperty('polluted');
  expect(Object.getOwnPropertyNames((record as { a: object }).a)).toEqual([]);
  const long = '{"__proto__":{"polluted":1},"id":123456789012345678901}';
  expect(Object.getOwnPropertyNames((read('json', long) as object[])[0])).toEqual(['id']);
});

it('finds a fault exactly where there is one', () => {
  const almostJson = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', ' ', '0', 'e', ':', '\n'))
    .map(([json, at, change]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + change + json.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), almostJson), (text) => {
      const scanned = scanJson(text);
      const valid = 'end' in scanned && scanned.end === text.length;
      expect(valid).toBe(isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
