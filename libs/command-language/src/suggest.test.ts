import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.js';

describe('suggest', () => {
  const commands = ['restart', 'status', 'start', 'stop', 'echo', 'ops:restart'];

  it.each([
    ['restrat', 'restart'],
    ['statsu', 'status'],
    ['ecoh', 'echo'],
    ['stpo', 'stop'],
    ['RESTART', 'restart'],
    ['ops:restrt', 'ops:restart'],
    ['echo', 'echo'],
    ['deploy', undefined],
    ['x', undefined],
    ['', undefined],
  ])('for %j is %j', (word, suggestion) => expect(suggest(word, commands)).toBe(suggestion));

  it('takes the nearest', () => expect(suggest('stat', ['stats', 'stat'])).toBe('stat'));

  it('takes the first of equals', () => expect(suggest('cat', ['bat', 'hat'])).toBe('bat'));

  it('is one of the candidates, or none', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
        const suggestion = suggest(word, candidates);
        if (suggestion !== undefined) expect(candidates).toContain(suggestion);
      }),
    );
  });

  it('finds a word again with two letters swapped', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat({ max: 2 }), (word, at) => {
        const slipped = word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2);
        expect(suggest(slipped, [word])).toBe(word);
      }),
    );
  });
});
