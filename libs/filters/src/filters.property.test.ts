import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteWord, type Word } from '@chasqui/command-language';
import { applyFilter } from './apply-filter.js';
import { filterNames } from './filter.js';
import { compareOrdered, ordered } from './order.js';
import { readFilter } from './read-filter.js';
import { recordsOf } from './records-of.js';
import type { DataRecord, Records } from './records.js';
import { recordsAfter } from './run-line.fixture.js';

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(1, '1', 1.5, '01', 'web2', 'web10', 'Web2', true, null, '', [1, 2], { b: [0] }),
);
const name = fc.constantFrom('a', 'b', 'text', 'count', '__proto__', 'constructor', 'odd name', 'a.b');
const records = fc
  .array(fc.dictionary(name, value), { maxLength: 12 })
  .map((list) => (recordsOf('json', JSON.stringify(list)) as { records: DataRecord[] }).records);
const field = fc.constantFrom(
  'a',
  'b',
  'text',
  'a.b',
  'a[0]',
  'b.b[-1]',
  'constructor',
  '__proto__',
  'nothing',
);

const after = (line: string, input: readonly DataRecord[]) => recordsAfter(line, input) as DataRecord[];

describe('sort', () => {
  it('has an order for any two values, and any three agree', () => {
    fc.assert(
      fc.property(value, value, value, (x, y, z) => {
        const [a, b, c] = [ordered(x), ordered(y), ordered(z)];
        expect(Math.sign(compareOrdered(a, b)) + Math.sign(compareOrdered(b, a))).toBe(0);
        expect(compareOrdered(a, a)).toBe(0);
        if (compareOrdered(a, b) <= 0 && compareOrdered(b, c) <= 0) {
          expect(compareOrdered(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses nothing, is stable, and changes nothing the second time', () => {
    fc.assert(
      fc.property(records, field, fc.constantFrom('', '-'), (input, by, sign) => {
        const once = after(`sort ${sign}${by}`, input);
        expect(new Set(once)).toEqual(new Set(input));
        expect(once).toHaveLength(input.length);
        expect(after(`sort ${sign}${by}`, once)).toEqual(once);
        const places = once.map((record) => input.indexOf(record));
        for (const [index, record] of once.slice(1).entries()) {
          const same = after(`unique ${by}`, [once[index]!, record]).length === 1;
          if (same) expect(places[index]).toBeLessThan(places[index + 1]!);
        }
      }),
    );
  });
});

it('head and tail take as many as there are, from their end, and together everything', () => {
  fc.assert(
    fc.property(records, fc.nat(20), (input, most) => {
      const [head, tail] = [after(`head ${most}`, input), after(`tail ${most}`, input)];
      expect([head.length, tail.length]).toEqual(Array(2).fill(Math.min(most, input.length)));
      expect([...head, ...after(`tail ${Math.max(0, input.length - most)}`, input)]).toEqual(input);
      expect(tail).toEqual(most === 0 ? [] : input.slice(-most));
    }),
  );
});

it('unique leaves nothing twice, and nothing to do the second time', () => {
  fc.assert(
    fc.property(records, fc.constantFrom('', 'a', 'a b', 'a[0]'), (input, fields) => {
      const once = after(`unique ${fields}`, input);
      expect(after(`unique ${fields}`, once)).toEqual(once);
      expect(input.filter((record) => once.includes(record))).toEqual(once);
    }),
  );
});

it('groups and counts add up to everything', () => {
  fc.assert(
    fc.property(records, fc.constantFrom('a', 'b', 'text', 'a[0]'), (input, by) => {
      const groups = after(`group ${by}`, input);
      expect(groups.flatMap((group) => group['records'])).toHaveLength(input.length);
      expect(after(`group ${by} | sum count`, input)).toEqual([{ count: input.length }]);
      expect(after(`count ${by}`, input).map((one) => one['count'])).toEqual(
        groups.map((one) => one['count']),
      );
      expect(after(`unique ${by}`, input)).toHaveLength(groups.length);
    }),
  );
});

it('where and its opposite share the records out between them', () => {
  const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '~', '!~');
  fc.assert(
    fc.property(
      records,
      field,
      operator,
      fc.constantFrom('1', '1.0', 'web2', 'true', ''),
      (input, by, sign, typed) => {
        const condition = `${by}${sign}${quoteWord(typed) || "''"}`;
        const [yes, no] = [after(`where ${condition}`, input), after(`where not ${condition}`, input)];
        expect(input.filter((record) => yes.includes(record) || no.includes(record))).toEqual(input);
        expect(yes.length + no.length).toBe(input.length);
      },
    ),
  );
});

it('any words of any filter are refused or work, on any records, and reach no prototype', () => {
  const pieces =
    'a b = != > ~ !~ ( ) and or not [0] . " \' - --desc __proto__ constructor $a ${ } \\ 1 : count sum: {"a":1} [ 😀';
  const scrap = fc.constantFrom(' ', '\ud800', ...pieces.split(' '));
  const text = fc.oneof(
    fc.string(),
    fc.array(scrap, { maxLength: 8 }).map((some) => some.join('')),
  );
  const word = fc.tuple(text, fc.constantFrom('', "'", '"')).map(([inside, quote]): Word => {
    const raw = `${quote}${inside}${quote}`;
    return { text: inside, raw, quoted: quote !== '', start: 0, end: raw.length };
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...filterNames),
      fc.array(word, { maxLength: 6 }),
      records,
      (filter, words, input) => {
        const read = readFilter(filter, words);
        if (read.kind === 'refusal') {
          expect(read.code).toBe('bad-filter');
          return;
        }
        const stored = JSON.parse(JSON.stringify(read)) as typeof read;
        const result = applyFilter(stored, { records: input, view: { kind: 'auto' } });
        if ('kind' in result) return;
        expect(() => JSON.stringify((result as Records).records)).not.toThrow();
        for (const record of result.records) {
          expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
          expect(Object.hasOwn(record, '__proto__')).toBe(false);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});

it.each([
  ['parentheses', '('.repeat(30_000)],
  ['nots', 'not '.repeat(20_000)],
  ['quotes', `"${"'".repeat(50_000)}`],
  ['ors', `${'a=1 or '.repeat(10_000)}b`],
  ['brackets', '[a'.repeat(30_000)],
  ['closing parentheses', `a=${')'.repeat(50_000)}`],
])('reads a line of %s and comes to an end', (_, text) => {
  const word = { text, raw: `"${text}"`, quoted: true, start: 0, end: text.length + 2 };
  expect(readFilter('where', [word])).toHaveProperty('kind');
  expect(readFilter('text', [{ ...word, text: text.replaceAll('(', '${') }])).toHaveProperty('kind');
  expect(readFilter('seed', [word])).toHaveProperty('kind', 'refusal');
});
