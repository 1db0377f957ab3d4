import { expect, describe, it } from 'vitest';
import { argvOf } from './argv-of.js';
import { bound, free, given, refused } from './bind.fixture.js';
import type { Declarations } from './declaration.js';

describe('an option', () => {
  it.each<[string, Record<string, unknown>]>([
    ['--force', { force: true }],
    ['-f', { force: true }],
    ['--force=false', { force: false }],
    ['--force=Yes', { force: true }],
    ['-f=off', { force: false }],
    ['--no-force', { force: false }],
    ['--no-color', { color: false }],
    ['--env=prod', { env: 'prod' }],
    ['--env prod', { env: 'prod' }],
    ['-e prod', { env: 'prod' }],
    ['-eprod', { env: 'prod' }],
    ['-e=prod', { env: 'prod' }],
    ['-fvveprod', { force: true, verbose: 2, env: 'prod' }],
    ['-fe prod', { force: true, env: 'prod' }],
    ['-v --verbose', { verbose: 2 }],
    ['--times=3', { times: 3 }],
    ['--ratio -0.5', { ratio: -0.5 }],
    ['--ratio=1e3', { ratio: 1000 }],
    ['--message ""', { message: '' }],
    ['--message=', { message: '' }],
    ['--message -5', { message: '-5' }],
    ['--message=--force', { message: '--force' }],
    ['--message -', { message: '-' }],
    ['-m-x', { message: '-x' }],
    ['--message=a=b', { message: 'a=b' }],
    ['--tag a,b --tag c', { tag: ['a', 'b', 'c'] }],
    ['--tag=', { tag: [] }],
    ['-p1,2 -p 3', { port: [1, 2, 3] }],
    ['--wait 1h', { wait: 3_600_000 }],
    ['--wait=1m30s', { wait: 90_000 }],
    ['--owner @ann --room #ops', { owner: 'ann', room: 'ops' }],
    ['--owner ann', { owner: 'ann' }],
  ])('is bound from %j', (typed, values) => {
    expect(given(bound(typed))).toEqual(values);
  });

  it.each<[string, object]>([
    [
      '--forse',
      { problem: 'unknown-option', name: '--forse', position: 2, length: 7, suggestion: '--force' },
    ],
    ['--forse=x', { problem: 'unknown-option', position: 2, length: 7 }],
    ['-x', { problem: 'unknown-option', name: '-x', position: 2, length: 2 }],
    ['-force', { problem: 'unknown-option', name: '-o', suggestion: '--force' }],
    ['--no-env', { problem: 'unknown-option', name: '--no-env' }],
    ['--__proto__=1', { problem: 'unknown-option' }],
    ['--constructor', { problem: 'unknown-option' }],
    ['--=x', { problem: 'unknown-option', name: '--' }],
    ['--force --force', { problem: 'repeated-option', name: '--force', position: 10 }],
    ['--env prod -e prod', { problem: 'repeated-option', name: '--env', position: 16 }],
    ['--force --no-force', { problem: 'repeated-option' }],
    ['--env', { problem: 'missing-value', name: '--env', position: 2 }],
    ['--env --force', { problem: 'missing-value', name: '--env', found: '--force' }],
    ['--env -- prod', { problem: 'missing-value', found: '--' }],
    ['-fe', { problem: 'missing-value', name: '-e' }],
    ['--verbose=3', { problem: 'unexpected-value', name: '--verbose' }],
    ['--no-force=x', { problem: 'unexpected-value', name: '--no-force' }],
    [
      '--force=maybe',
      { problem: 'wrong-type', expected: 'true or false', found: 'maybe', position: 10, length: 5 },
    ],
    ['--env pord', { problem: 'not-a-value', values: ['prod', 'staging'], suggestion: 'prod', position: 8 }],
    ['--times=3.5', { problem: 'wrong-type', expected: 'a whole number' }],
    ['--times=007', { problem: 'wrong-type', expected: 'a whole number without zeros in front' }],
    ['--times=0', { problem: 'too-small', expected: 'at least 1' }],
    ['--times 10', { problem: 'too-large', expected: 'at most 9', position: 10, length: 2 }],
    ['--times=12345678901234567890', { problem: 'wrong-type' }],
    ['--ratio=1e400', { problem: 'wrong-type' }],
    ['--ratio=0.12345678901234567890123', { problem: 'wrong-type' }],
    ['-p 1,x', { problem: 'wrong-type', name: '--port', found: 'x' }],
    ['-p 1,2,3,4', { problem: 'too-large', expected: 'at most 3 items' }],
    ['-vvvv', { problem: 'too-large', expected: 'at most 3' }],
    ['--wait 90', { problem: 'wrong-type', name: '--wait' }],
    ['--wait 2h', { problem: 'too-large', expected: 'at most 1h' }],
    ['--owner bob', { problem: 'unknown-user', found: 'bob' }],
    ['--room ops2', { problem: 'unknown-channel' }],
  ])('is refused in %j', (typed, problem) => {
    expect(refused(typed).problems).toMatchObject([problem]);
  });
});

describe('a positional', () => {
  it.each<[string, Record<string, unknown>]>([
    ['web', { service: 'web' }],
    ['web a b', { service: 'web', rest: ['a', 'b'] }],
    ['-5', { service: '-5' }],
    ['""', { service: '' }],
    ['--force web', { force: true, service: 'web' }],
    ['web -- --force -x --', { service: 'web', rest: ['--force', '-x', '--'] }],
    ['-- --force', { service: '--force' }],
  ])('is bound from %j', (typed, values) => {
    expect(given(bound(typed, free))).toEqual(values);
  });

  const two: Declarations = {
    options: [{ name: 'env', type: 'enum', values: ['a', 'b'], required: true }],
    positionals: [
      { name: 'host', type: 'string', required: true, min: 2, max: 3, pattern: '(a+)+' },
      { name: 'port', type: 'int', default: 80 },
    ],
  };

  it.each<[string, object[]]>([
    [
      '',
      [
        { problem: 'missing-option', name: '--env', values: ['a', 'b'] },
        { problem: 'missing-argument', name: 'host' },
      ],
    ],
    ['--env=a', [{ problem: 'missing-argument', name: 'host', position: 9 }]],
    ['--env=a a', [{ problem: 'too-small', expected: 'at least 2 characters' }]],
    ['--env=a aaaa', [{ problem: 'too-large', expected: 'at most 3 characters' }]],
    ['--env=a xaa', [{ problem: 'pattern', expected: '(a+)+' }]],
    ['--env=a aa 80 x', [{ problem: 'too-many-arguments', found: 'x', most: 2, position: 16 }]],
    ['aa x', [{ problem: 'wrong-type', name: 'port' }, { problem: 'missing-option' }]],
  ])('is refused in %j with every problem there is, in the order of the line', (typed, problems) => {
    expect(refused(typed, two).problems).toMatchObject(problems);
  });

  it('does not hang on a pattern that others would', () => {
    const slow: Declarations = {
      options: [],
      positionals: [{ name: 'x', type: 'string', pattern: '(a+)+b' }],
    };
    expect(refused('a'.repeat(20_000), slow).problems).toMatchObject([{ problem: 'pattern' }]);
  });

  it('behind one that is missing has no value, not even its default', () => {
    const gap: Declarations = {
      options: [],
      positionals: [
        { name: 'a', type: 'string' },
        { name: 'b', type: 'string', default: 'x' },
      ],
    };
    expect(bound('', gap).positionals).toEqual([]);
    expect(argvOf(bound('y', gap))).toEqual(['y', 'x']);
  });
});

describe('defaults', () => {
  it('stand in as if they had been typed', () => {
    const some: Declarations = {
      options: [
        { name: 'wait', type: 'duration', default: 90_000 },
        { name: 'list', type: 'list', of: 'int', default: [1, 2] },
        { name: 'words', type: 'list', default: 'a,b' },
        { name: 'quiet', type: 'bool', default: false },
        { name: 'owner', type: 'user', default: '@ann' },
      ],
      positionals: [{ name: 'n', type: 'number', default: 1.5 }],
    };
    expect(
      [...bound('', some).options, ...bound('', some).positionals].map(({ value, texts }) => [value, texts]),
    ).toEqual([
      [90_000, ['1m30s']],
      [
        [1, 2],
        ['1', '2'],
      ],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [false, ['false']],
      ['ann', ['ann']],
      [1.5, ['1.5']],
    ]);
  });
});

describe('what rules judge', () => {
  it('has one form for each value, and no word for what is off', () => {
    const { ruleFacts } = bound(
      'web x --ratio=1.50 --wait 90s --force=yes -vv --tag a,b --no-color --owner @ann',
    );
    expect(ruleFacts).toEqual({
      args: ['web', 'x'],
      options: [
        { name: 'force', value: 'true' },
        { name: 'color', value: 'false' },
        { name: 'ratio', value: '1.5' },
        { name: 'tag', values: ['a', 'b'] },
        { name: 'verbose', value: '2' },
        { name: 'wait', value: '90000' },
        { name: 'owner', value: 'ann' },
      ],
    });
    expect(bound('--no-force --tag=').ruleFacts.options).toEqual([{ name: 'color', value: 'true' }]);
  });

  it('has every item of an argument that is a list', () => {
    const list: Declarations = { options: [], positionals: [{ name: 'a', type: 'list' }] };
    expect(bound('x,y', list).ruleFacts.args).toEqual([['x', 'y']]);
  });
});

describe('--help', () => {
  it.each(['--help', 'web --help', '--env --help', '--unknown --help x y'])(
    'is seen in %j, whatever else is wrong',
    (typed) => {
      expect(bound(typed)).toMatchObject({ help: true, options: [] });
    },
  );

  it('is an argument behind --, and an option where it is declared', () => {
    expect(bound('web -- --help').help).toBe(false);
    expect(bound('--help', { options: [{ name: 'help', type: 'bool' }], positionals: [] })).toMatchObject({
      help: false,
      options: [{ name: 'help', value: true }],
    });
  });
});
