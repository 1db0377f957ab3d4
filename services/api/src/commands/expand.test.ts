import { parseLine, type CommandLine } from '@chasqui/command-language';
import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expand, type Aliases } from './expand.js';

const aliasesOf = (own: Record<string, string>, site: Record<string, string> = {}): Aliases => ({
  own: new Map(Object.entries(own)),
  site: new Map(Object.entries(site)),
});
const line = (text: string) => parseLine(text) as CommandLine;
const expanded = (text: string, aliases: Aliases, taken: readonly string[] = []) => {
  const read = expand(line(text), aliases, ({ words }) => taken.includes(words[0]!.text));
  return isRefusal(read) ? read : read.text;
};

it.each<[string, Record<string, string>, string]>([
  ['errors web', { errors: 'ops:log --level=error' }, 'ops:log --level=error web'],
  ['errors web', { errors: 'ops:log | where level=error' }, 'ops:log web | where level=error'],
  ['a:b | up | count', { up: 'where up=true' }, 'a:b | where up=true | count'],
  ['one', { one: 'two x', two: 'a:b y' }, 'a:b y x'],
  ['tell > me', { tell: 'a:b > #ops' }, 'a:b > #ops > me'],
  ["say 'two words'", { say: 'a:b' }, "a:b 'two words'"],
  ['a:b up', { up: 'x' }, 'a:b up'],
  ['"up"', { up: 'x' }, '"up"'],
  ['\\up', { up: 'x' }, '\\up'],
  ['constructor', { up: 'x' }, 'constructor'],
])('writes %s out by %o', (text, own, written) => {
  expect(expanded(text, aliasesOf(own))).toBe(written);
});

it('lets an own alias go before the one of the site, and anything else before both', () => {
  const aliases = aliasesOf({ up: 'mine' }, { up: 'theirs', down: 'theirs' });
  expect(expanded('up | down', aliases)).toBe('mine | theirs');
  expect(expanded('up | down', aliases, ['up'])).toBe('up | theirs');
});

it.each<[string, Record<string, string>, string, Record<string, unknown>]>([
  ['a circle', { a: 'b', b: 'a' }, 'alias-loop', { path: ['a', 'b', 'a'] }],
  ['itself', { a: 'a x' }, 'alias-loop', { path: ['a', 'a'] }],
  ['itself in a later stage', { a: 'x | a' }, 'alias-loop', { path: ['a', 'a'] }],
  ['a line that cannot be read', { a: '"x' }, 'alias-broken', { name: 'a', text: '"x' }],
  ['a redirect before a pipe', { a: 'b', b: 'x > me' }, 'alias-redirects', { name: 'a' }],
])('refuses %s', (_, own, code, facts) => {
  expect(expanded('a | z', aliasesOf(own))).toMatchObject({ kind: 'refusal', code, facts });
});

it('says where something stands in the line as it is shown', () => {
  const read = expand(line('errors web'), aliasesOf({ errors: 'ops:log' }), () => false) as CommandLine;
  const [, web] = read.stages[0]!.words;
  expect(read.text.slice(web!.start, web!.end)).toBe('web');
});

const names = ['a', 'b', 'c', 'd'];
const stage = fc.tuple(fc.constantFrom(...names, 'x', 'y'), fc.constantFrom('', ' 1', " 'two words'"));
const text = fc
  .array(stage, { minLength: 1, maxLength: 8 })
  .map((all) => all.map((one) => one.join('')).join(' | '));
const anyAliases = fc
  .tuple(fc.dictionary(fc.constantFrom(...names), text), fc.dictionary(fc.constantFrom(...names), text))
  .map(([own, site]) => aliasesOf(own, site));

it('comes to an end, with no alias left and no more stages than a line may have', () => {
  fc.assert(
    fc.property(text, anyAliases, (typed, aliases) => {
      const read = expand(line(typed), aliases, () => false);
      if (isRefusal(read)) {
        expect(['alias-loop', 'bad-syntax']).toContain(read.code);
        return;
      }
      expect(read.stages.length).toBeLessThanOrEqual(50);
      for (const { words } of read.stages)
        expect(aliases.own.has(words[0]!.text) || aliases.site.has(words[0]!.text)).toBe(false);
    }),
  );
});

it('is quick where each alias doubles the next', () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`n${at}`, `n${at + 1} | n${at + 1}`]),
  );
  expect(expanded('n0', aliasesOf(doubling))).toMatchObject({ code: 'alias-loop' });
  expect(expanded('n25', aliasesOf({ ...doubling, n30: 'x' }))).toBe(Array(32).fill('x').join(' | '));
});

it('never shadows what is taken', () => {
  fc.assert(
    fc.property(text, anyAliases, (typed, aliases) => {
      expect(expanded(typed, aliases, names)).toBe(typed);
    }),
  );
});
