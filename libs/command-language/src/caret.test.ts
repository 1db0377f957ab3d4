import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caret } from './caret.js';

describe('caret', () => {
  it.each([
    ['echo "a', 5, 1, ['echo "a', '     ^']],
    ['a > five', 4, 4, ['a > five', '    ^^^^']],
    ['a |', 3, 1, ['a |', '   ^']],
    ['a\tb c', 2, 1, ['a\tb c', ' \t^']],
    ['😀 "a', 3, 1, ['😀 "a', '  ^']],
    ['one\ntwo "x\nthree', 8, 1, ['two "x', '    ^']],
    ['\n"', 0, 1, ['', '^']],
    ['a "b\nc"', 2, 9, ['a "b', '  ^^']],
  ])('under %j at %d', (text, position, length, lines) => {
    expect(caret(text, position, length)).toBe(lines.join('\n'));
  });

  it('shows of a long line only what is around the place', () => {
    const shown = caret(`${'x'.repeat(500)}"${'y'.repeat(500)}`, 500);
    expect(shown).toBe(`…${'x'.repeat(60)}"${'y'.repeat(59)}…\n${' '.repeat(61)}^`);
  });

  it('is two lines, whatever the text and the place', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', '\t', ' ', '"') }),
        fc.nat(),
        fc.nat(),
        (text, at, length) => {
          expect(caret(text, at % (text.length + 1), length).split('\n')).toHaveLength(2);
        },
      ),
    );
  });
});
