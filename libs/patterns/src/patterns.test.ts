import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matches, matchesWhole, patternFault, patternTest } from './index.js';

it.each([
  ['^web', undefined],
  ['(', /missing closing/],
  ['(?=a)', /invalid/],
  [String.raw`(a)\1`, /invalid/],
  ['a'.repeat(1001), /at most 1000 characters/],
])('says what is wrong with %s', (pattern, fault) => {
  if (fault === undefined) expect(patternFault(pattern)).toBeUndefined();
  else expect(patternFault(pattern)).toMatch(fault);
});

it('matches somewhere, or the whole', () => {
  const held = { pattern: 'eb' };
  expect([matches(held, 'web'), matchesWhole(held, 'web'), patternTest('eb')('web')]).toEqual([
    true,
    false,
    true,
  ]);
});

it('comes to an end with what hangs engines that backtrack', () => {
  expect(matches({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toBe(false);
});

it('takes any text for a pattern, or says why not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (pattern, text) => {
      if (patternFault(pattern) === undefined) expect(typeof patternTest(pattern)(text)).toBe('boolean');
    }),
  );
});
