import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip } from './clip.js';

it('leaves what fits as it is', () => {
  const text = Array.from({ length: 60 }, (_, at) => `${at}`).join('\n');
  expect(clip(text)).toEqual({ text, clipped: false });
});

it('says how many characters of one long line are missing', () => {
  expect(clip('x'.repeat(10_000)).text).toBe(
    `${'x'.repeat(2_000)} … 7,100 more characters … ${'x'.repeat(900)}`,
  );
});

it('shows both ends even where single lines are long', () => {
  const { text } = clip(`first${'a'.repeat(50_000)}\nmiddle\n${'z'.repeat(50_000)}last`);
  expect(text).toMatch(/^first[^]*last$/);
});

it('never shows more than 62 lines or 3,200 characters, or half a character', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 200 }), (lines) => {
      const { text } = clip(lines.join('\n'));
      expect(text.split('\n').length).toBeLessThanOrEqual(62);
      expect(text.length).toBeLessThanOrEqual(3_200);
      expect(text.isWellFormed()).toBe(true);
    }),
  );
});
