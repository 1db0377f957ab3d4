import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from './matches.js';
import { parseSelector } from './parse-selector.js';
import { parseTag } from './parse-tag.js';
import { printSelector } from './print-selector.js';
import { isSelectorFault, type Requirement, type Selector } from './selector.js';

describe('parseSelector', () => {
  it.each<[string, Requirement[]]>([
    ['', []],
    ['  ', []],
    ['dc=fra', [{ kind: 'in', key: 'dc', values: ['fra'] }]],
    ['dc == fra', [{ kind: 'in', key: 'dc', values: ['fra'] }]],
    ['dc!=fra', [{ kind: 'notin', key: 'dc', values: ['fra'] }]],
    ['dc in (fra, ams)', [{ kind: 'in', key: 'dc', values: ['fra', 'ams'] }]],
    ['dc notin(fra)', [{ kind: 'notin', key: 'dc', values: ['fra'] }]],
    ['gpu', [{ kind: 'exists', key: 'gpu' }]],
    ['! gpu', [{ kind: 'absent', key: 'gpu' }]],
    ['dc=', [{ kind: 'in', key: 'dc', values: [''] }]],
    ['example.com/zone=a_b.c-1', [{ kind: 'in', key: 'example.com/zone', values: ['a_b.c-1'] }]],
    [
      'in in (in),notin',
      [
        { kind: 'in', key: 'in', values: ['in'] },
        { kind: 'exists', key: 'notin' },
      ],
    ],
    [
      'dc=fra,gpu,!spot',
      [
        { kind: 'in', key: 'dc', values: ['fra'] },
        { kind: 'exists', key: 'gpu' },
        { kind: 'absent', key: 'spot' },
      ],
    ],
  ])('reads %j', (text, requirements) => expect(parseSelector(text)).toEqual({ requirements }));

  it.each([
    ['dc=fra,', { position: 7, expected: 'a key' }],
    [',dc', { position: 0, length: 1, expected: 'a key' }],
    ['-dc', { position: 0, length: 3, expected: 'a key' }],
    ['dc fra', { position: 3, length: 3, expected: '=, !=, in, notin or a comma' }],
    ['dc > 5', { position: 3, length: 1, expected: '=, !=, in, notin or a comma' }],
    ['dc=fra ams', { position: 7, length: 3, expected: 'a comma' }],
    ['dc=fra!', { position: 6, length: 1, expected: 'a comma' }],
    ['dc=f$ra', { position: 3, length: 4, expected: 'a value' }],
    ['dc in fra', { position: 6, length: 3, expected: '(' }],
    ['dc in ()', { position: 7, length: 1, expected: 'a value' }],
    ['dc in (fra', { position: 10, expected: 'a comma or )' }],
    ['!dc=fra', { position: 3, length: 1, expected: 'a comma' }],
    [`dc=${'x'.repeat(64)}`, { position: 3, length: 64, expected: 'a value' }],
  ])('says what is wrong with %j, and where', (text, fault) => {
    expect(parseSelector(text)).toEqual({ kind: 'selector-fault', ...fault });
  });

  it('answers whatever text with a selector or a fault inside it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('ab=!,() in'), ' notin ') }),
      mutated,
    );
    fc.assert(
      fc.property(text, (value) => {
        const result = parseSelector(value);
        if (isSelectorFault(result))
          expect(result.position + (result.length ?? 0)).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('printSelector', () => {
  it.each([
    ['', ''],
    ['gpu , dc == fra', 'dc=fra,gpu'],
    ['dc in (fra)', 'dc=fra'],
    ['dc notin (fra)', 'dc!=fra'],
    ['dc in (fra,ams,fra)', 'dc in (ams,fra)'],
    ['gpu,gpu,!gpu', '!gpu,gpu'],
    ['dc=', 'dc='],
  ])('prints %j as %j', (text, printed) => expect(printSelector(parsed(text))).toBe(printed));

  it('prints every selector so that it reads back and prints the same', () => {
    fc.assert(
      fc.property(selectors, (selector) => {
        const text = printSelector(selector);
        expect(printSelector(parsed(text))).toBe(text);
      }),
    );
  });

  it('prints a selector that matches the same relays', () => {
    fc.assert(
      fc.property(
        selectors,
        fc.array(fc.constantFrom('a', 'b', 'a=x', 'a=y', 'b=x', 'b=')),
        (selector, tags) => {
          const relay = { name: 'x', tags };
          expect(matches(parsed(printSelector(selector)), relay)).toBe(matches(selector, relay));
        },
      ),
    );
  });
});

describe('parseTag', () => {
  it.each([
    ['gpu', { key: 'gpu' }],
    ['dc=fra', { key: 'dc', value: 'fra' }],
    ['gpu=', { key: 'gpu' }],
  ])('reads %j', (text, tag) => expect(parseTag(text)).toEqual(tag));

  it.each([
    ['', 0],
    ['=x', 0],
    ['a b', 0],
    ['dc=fra=ams', 3],
    ['dc=é', 3],
    ['name=x', 0],
  ])('refuses %j', (text, position) =>
    expect(parseTag(text)).toMatchObject({ kind: 'selector-fault', position }),
  );
});

describe('matches', () => {
  const relay = { name: 'fra-1', tags: ['dc=fra', 'role=db', 'role=web', 'gpu'] };

  it.each([
    ['', true],
    ['dc=fra', true],
    ['dc=ams', false],
    ['dc=Fra', false],
    ['dc!=fra', false],
    ['dc!=ams', true],
    ['zone!=a', true],
    ['zone notin (a,b)', true],
    ['zone=a', false],
    ['role=web', true],
    ['role!=web', false],
    ['role notin (db,cache)', false],
    ['role in (cache,web)', true],
    ['gpu', true],
    ['gpu=', true],
    ['!gpu', false],
    ['!zone', true],
    ['name=fra-1', true],
    ['name in (fra-1,fra-2)', true],
    ['name!=fra-1', false],
    ['name', true],
    ['!name', false],
    ['dc=fra,gpu,role=db', true],
    ['dc=fra,!gpu', false],
    ['constructor', false],
  ])('%j: %s', (text, expected) => expect(matches(parsed(text), relay)).toBe(expected));

  it('passes over what is no tag', () => {
    expect(matches(parsed('gpu'), { name: 'x', tags: ['not a tag', 'name=y', 'gpu'] })).toBe(true);
    expect(matches(parsed('name=y'), { name: 'x', tags: ['name=y'] })).toBe(false);
  });
});

const key = fc.constantFrom('a', 'b', 'in', 'name', 'x.org/a');
const value = fc.constantFrom('x', 'y', 'x-1.0_z', 'notin');
/** Right selectors in which something was cut out and something put in. */
const mutated = fc
  .tuple(
    fc.constantFrom('dc=fra,gpu', 'dc in (fra,ams), !gpu', 'x.org/a notin (b,c),name!=fra-1'),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  .map(([right, at, cut, put]) => {
    const from = at % (right.length + 1);
    return right.slice(0, from) + put + right.slice(from + cut);
  });

const selectors: fc.Arbitrary<Selector> = fc.record({
  requirements: fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constantFrom('in', 'notin'),
        key,
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constantFrom('exists', 'absent'), key }),
    ),
  ),
});

function parsed(text: string): Selector {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw new Error(JSON.stringify(selector));
  return selector;
}
