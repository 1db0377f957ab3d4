import { expect, it } from 'vitest';
import { checkRecord } from './index.js';

const schema = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, size: { $ref: '#/$defs/size' } },
  $defs: { size: { type: 'integer', minimum: 0 } },
};

it('finds nothing in a record as it should be', () => {
  expect(checkRecord(schema, { name: 'web', size: 3, more: true })).toEqual([]);
});

it('tells each place and what does not hold there', () => {
  const faults = checkRecord(schema, { size: -1.5 });
  expect(faults.map(({ pointer, keyword }) => [pointer, keyword])).toEqual([
    ['', 'required'],
    ['/size', 'type'],
    ['/size', 'minimum'],
  ]);
  expect(faults[0]!.detail).toContain('name');
});

it.each([[null], [3], ['x'], [[]]])('finds that %j is no record', (value) => {
  expect(checkRecord(schema, value)).toMatchObject([{ pointer: '', keyword: 'type' }]);
});

it('does not look at formats, but at a property of that name', () => {
  const formats = {
    properties: { at: { format: 'date-time' }, format: { type: 'string' } },
    const: undefined,
  };
  const { const: _none, ...sound } = formats;
  expect(checkRecord(sound, { at: 'noon', format: 'a' })).toEqual([]);
  expect(checkRecord(sound, { format: 1 })).toMatchObject([{ pointer: '/format' }]);
});

it('leaves the schema as it was', () => {
  const before = JSON.stringify(schema);
  checkRecord(schema, {});
  expect(JSON.stringify(schema)).toBe(before);
});

it('tells at most twenty', () => {
  const list = { items: { type: 'string' } };
  expect(
    checkRecord(
      list,
      Array.from({ length: 100 }, (_, i) => i),
    ),
  ).toHaveLength(20);
});
