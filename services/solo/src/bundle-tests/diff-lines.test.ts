import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffLines } from './diff-lines.js';

const drawn = (expected: string, heard: string) =>
  diffLines(expected, heard).map(({ sign, text }) => sign + text);

it.each([
  ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
  ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
  ['a\nb', 'a\nx', [' a', '-b', '+x']],
  ['run …\nb', 'run 7\nc', [' run 7', '-b', '+c']],
])('%j and %j', (expected, heard, diff) => expect(drawn(expected, heard)).toEqual(diff));

it('has all of both in it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (expected, heard) => {
      const diff = diffLines(expected, heard);
      const of = (other: string) => diff.filter(({ sign }) => sign !== other).map((line) => line.text);
      expect([of('+').join('\n'), of('-').join('\n')]).toEqual([expected, heard]);
    }),
  );
});

it('does not lose itself in long texts', () => {
  const [left, right] = ['a', 'b'].map((text) => Array(2_000).fill(text).join('\n'));
  expect(diffLines(left!, right!)).toHaveLength(4_000);
});
