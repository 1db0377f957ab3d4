import type { DataRecord, View } from '@chasqui/filters';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from './plain-text.js';
import { draw } from './render-records.js';

const drawn = (records: readonly DataRecord[], view: View = { kind: 'auto' }) => draw({ records, view });
const text = (records: readonly DataRecord[], view?: View) => plainText(drawn(records, view));
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `web${index}`, load: index }));

it('shows lines of text as text', () => {
  expect(drawn([{ text: 'hello' }])).toEqual([{ kind: 'text', text: 'hello' }]);
  expect(drawn([{ text: 'a  1' }, { text: 'b  2' }])).toEqual([{ kind: 'code', text: 'a  1\nb  2' }]);
  expect(drawn([{ text: '\u001b[31mred\u001b[0m' }])).toEqual([{ kind: 'text', text: 'red' }]);
  expect(text(Array.from({ length: 100 }, (_, index) => ({ text: `line ${index}` })))).toContain(
    '… 40 more lines …',
  );
});

it('shows a single record as its fields', () => {
  expect(drawn([{ name: 'web1', tags: ['gpu'], up: true, note: null }])).toEqual([
    {
      kind: 'fields',
      fields: [
        { name: 'name', value: 'web1' },
        { name: 'tags', value: '["gpu"]' },
        { name: 'up', value: 'true' },
        { name: 'note', value: '' },
      ],
    },
  ]);
});

it('shows several as a table with all columns in the order in which they appear', () => {
  expect(drawn([{ b: 1 }, { a: 'two\nlines', b: 2 }, { text: 'x' }])).toEqual([
    {
      kind: 'table',
      columns: ['b', 'a', 'text'],
      rows: [
        ['1', '', ''],
        ['2', 'two lines', ''],
        ['', '', 'x'],
      ],
    },
  ]);
});

it('shows the columns that are asked for', () => {
  expect(text([{ a: { b: 1 }, c: 2 }], { kind: 'table', columns: ['c', 'a.b', 'd'] })).toBe(
    'c  a.b  d\n2  1',
  );
});

it('shows JSON: one record as itself, several one a line', () => {
  const [one] = drawn([{ a: 1 }], { kind: 'json' });
  expect(one).toEqual({ kind: 'code', text: '{\n  "a": 1\n}', language: 'json' });
  expect(text([{ a: 1 }, { b: [2] }], { kind: 'json' })).toBe('[\n  {"a":1},\n  {"b":[2]}\n]');
});

it('is never silent', () => {
  expect(text([])).toBe('no records');
  expect(text([{ text: '' }])).toBe('done; it printed nothing');
  expect(text([{}])).toBe('no fields');
  expect(text([{}, {}])).toBe('no fields');
});

it('says what a chat has no room for', () => {
  expect(text(many(200)).split('\n').at(-1)).toBe(
    'and 150 more; narrow it down with "| where …" or "| head 10"',
  );
  const wide = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`c${index}`, index]));
  expect(text([wide, wide]).split('\n').at(-1)).toBe(
    '3 more columns: c12, c13, c14; choose with "| table NAME…" or see all with "| json"',
  );
  expect(text([{ a: 'x'.repeat(100), b: 1 }, {}])).toContain(`${'x'.repeat(59)}…  1`);
});

it('keeps whatever is drawn within what a chat can show', () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ maxLength: 2_000, size: 'max' }));
  const view = fc.constantFrom<View>({ kind: 'auto' }, { kind: 'json' }, { kind: 'text' }, { kind: 'table' });
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), value), { maxLength: 80 }), view, (records, how) => {
      for (const block of drawn(records, how)) {
        const length = plainText([block]).length;
        if (block.kind === 'table' && block.rows.length > 1) expect(length).toBeLessThan(3_000);
        if (block.kind === 'code') expect(length).toBeLessThan(3_200);
      }
    }),
    { numRuns: 50 },
  );
});
