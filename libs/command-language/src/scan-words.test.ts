import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArgumentFacts } from './argument-problem.js';
import { argvOf } from './argv-of.js';
import { bind } from './bind.js';
import {
  bound,
  filled,
  free,
  given,
  refused,
  refusedProblems,
  resolve,
  restart,
  wordsOf,
} from './bind.fixture.js';
import type { Bound } from './bound.js';
import type { Declarations } from './declaration.js';
import { maskLine } from './mask-line.js';

describe('secrets', () => {
  const login: Declarations = {
    options: [
      { name: 'password', short: 'p', type: 'string', secret: true, min: 4 },
      { name: 'user', type: 'string' },
    ],
    positionals: [{ name: 'token', type: 'string', secret: true }],
  };

  it.each([
    ['--password=s3cret', '--password=***'],
    ['--password s3cret --user x', '--password *** --user x'],
    ['-ps3cret', '-p***'],
    [`--password='s3 cret'`, '--password=***'],
    [`'--password=s3cret'`, '***'],
    ['s3cret --user x', '*** --user x'],
    ['--password=s3c', '--password=***'],
    ['--pasword=s3cret', '--pasword=***'],
    ['--pasword s3cret', '--pasword ***'],
    ['--pwd s3cret', '--pwd ***'],
    ['--password my s3cret words', '--password *** *** ***'],
    ['--password -s3cret', '--password ***'],
    ['--password=s3cret --help', '--password=*** --help'],
  ])('of %j are masked', (typed, masked) => {
    const line = `c ${typed}`;
    const result = bind(login, wordsOf(line), resolve);
    const secrets = isRefusal(result) ? (result.facts as unknown as ArgumentFacts).secrets : result.secrets;
    expect(maskLine(line, secrets)).toBe(`c ${masked}`);
    if (isRefusal(result)) expect(JSON.stringify(result)).not.toContain('s3c');
  });
});

describe('variables', () => {
  it('that are not filled yet make their values wait, and everything else is checked', () => {
    expect(bound('$x --env=$e --force')).toMatchObject({
      waiting: ['env', 'service'],
      options: [{ name: 'force' }, {}],
    });
    expect(refused('$x --forse').problems).toMatchObject([{ problem: 'unknown-option' }]);
    expect(refused('$x --env=$e --env=prod').problems).toMatchObject([{ problem: 'repeated-option' }]);
  });

  it.each(['--$x', '-$x', '--for$x', '-f$x', '--$x=y', '-f${x:-}'])(
    'are refused in the name of an option: %s',
    (typed) => {
      expect(refused(typed).problems).toMatchObject([{ problem: 'variable-in-name' }]);
      expect(bind(restart, filled(`c ${typed}`, { x: 'force' }), resolve)).toMatchObject({
        code: 'bad-arguments',
      });
    },
  );

  it.each<[string, string, Record<string, unknown>]>([
    ['$x', '--force', { service: '--force' }],
    ['$x y', '--', { service: '--', rest: ['y'] }],
    ['--message $x', '--force', { message: '--force' }],
    ['--message=$x', 'a --force', { message: 'a --force' }],
    ['-m$x', '=y', { message: '=y' }],
    ['-m$x y', '', { message: '', service: 'y' }],
    ['--tag=$x,c', 'a,b', { tag: ['a,b', 'c'] }],
    ['--tag $x', 'a,b', { tag: ['a,b'] }],
  ])('stand for values and nothing else: %j with %j', (typed, x, values) => {
    const result = bind(free, filled(`c ${typed}`, { x }), resolve) as Bound;
    expect(given(result)).toEqual(values);
  });

  it('never give an option that nobody typed, whatever is in the record', () => {
    const word = fc.constantFrom(
      '$x',
      '"a $y"',
      '--message=$x',
      '--message $y',
      '--tag=$x,$y',
      '-- $x',
      '-m$x',
    );
    const value = fc.oneof(
      fc.constantFrom('--force', '-f', '--', '--env=prod', '-fe', '=', ',', '--help', '-5', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), value, value, (words, x, y) => {
        const result = bind(free, filled(`c ${words.join(' ')}`, { x, y }), resolve);
        if (isRefusal(result)) {
          expect(refusedProblems(result)).toEqual(new Set(['repeated-option']));
          return;
        }
        expect(result.help).toBe(false);
        for (const { name } of result.options.filter((option) => option.given))
          expect(['message', 'tag']).toContain(name);
      }),
      { numRuns: 2000 },
    );
  });
});

it('binds whatever words, or says what is wrong with them and where', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '--',
      '-',
      '--force',
      '-fvv',
      '--env=prod',
      '-e',
      '--tag=a,b',
      '-p1',
      '--no-color',
      '-5',
      '--wait=1s',
    ),
    fc.constantFrom(
      '--__proto__',
      '--constructor=1',
      '__proto__',
      '--toString',
      '$x',
      '--env=$x',
      '--help',
      '""',
    ),
    fc.string({ unit: fc.constantFrom('-', '=', 'f', 'v', 'e', '1', ',', "'x y'"), minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (typed) => {
      const line = `c ${typed.join(' ')}`;
      const words = wordsOf(line);
      const result = bind(restart, words, resolve);
      if (!isRefusal(result)) return;
      const facts = result.facts as unknown as ArgumentFacts;
      expect(facts.problems.length).toBeGreaterThan(0);
      for (const { position = 0, length = 0 } of facts.problems) {
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position + length).toBeLessThanOrEqual(line.length + 1);
      }
    }),
    { numRuns: 3000 },
  );
  expect({}).not.toHaveProperty('1');
});

it('reads back its own argv to the same values', () => {
  const word = fc.constantFrom(
    '--force',
    '--no-color',
    '-v',
    '--env=prod',
    '--times=3',
    '--ratio=1.50',
    '--message=a=b',
    '--message=-x',
    '--tag=a,b',
    '--tag=c',
    '-p1',
    '--wait=90s',
    '--owner=@ann',
    '-- --x',
    'web',
    '-5',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (typed) => {
      const first = bind(free, wordsOf(`c ${typed.join(' ')}`), resolve);
      if (isRefusal(first)) return;
      const again = argvOf(first).map((text) => ({ text, raw: text, quoted: false, start: 0, end: 0 }));
      const second = bind(free, again, resolve) as Bound;
      expect(argvOf(second)).toEqual(argvOf(first));
      expect(second.ruleFacts).toEqual(first.ruleFacts);
    }),
    { numRuns: 1000 },
  );
});

it('binds very many words, and very long ones', () => {
  expect(bound('x '.repeat(50_000), free).positionals[1]!.texts).toHaveLength(49_999);
  expect(bound(`--tag ${'a,'.repeat(50_000)}`, free).options.find((one) => one.given)!.texts).toHaveLength(
    50_001,
  );
  expect(refused('--x '.repeat(25_000), free).problems).toHaveLength(25_000);
  expect(refused(`-${'v'.repeat(100_000)}`, free).problems).toHaveLength(1);
});
