import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.js';
import { readWords, type ReadWords } from './read-words.js';
import { splitName } from './split-name.js';

describe('splitName', () => {
  it.each([
    ['ops:restart web', 'ops', 'restart'],
    ['restart web', undefined, 'restart'],
    ['a:b:c', 'a', 'b:c'],
    [':x', undefined, ':x'],
    ['x:', undefined, 'x:'],
    [`'ops:restart' web`, 'ops', 'restart'],
  ])('takes %j apart', (text, bundle, command) => {
    const { name } = splitName(wordsOf(text));
    expect([name.bundle, name.command, name.word.start]).toEqual([bundle, command, 0]);
  });

  it('leaves the other words', () => {
    expect(splitName(wordsOf('a b c')).rest.map((word) => word.text)).toEqual(['b', 'c']);
  });
});

describe('--on', () => {
  it.each([
    ['x --on dc=fra y', 'dc=fra', ['x', 'y']],
    ['x --on=dc=fra y', 'dc=fra', ['x', 'y']],
    [`--on 'dc in (fra,ams)' x`, 'dc in (fra,ams)', ['x']],
    [`--on='dc in (fra,ams)' x`, 'dc in (fra,ams)', ['x']],
    ['--on "!gpu"', '!gpu', []],
    ['--on dc in logs', 'dc', ['in', 'logs']],
    ['--message -- --on x', undefined, ['--message', '--', '--on', 'x']],
    ['x -- --on dc=fra', undefined, ['x', '--', '--on', 'dc=fra']],
    [`x '--' --on dc=fra`, 'dc=fra', ['x', '--']],
    [`x '--on' dc=fra`, undefined, ['x', '--on', 'dc=fra']],
    ['x --online y', undefined, ['x', '--online', 'y']],
  ])('of %j is taken out', (text, on, argv) => {
    const words = read(`c ${text}`);
    expect([words.placement.on?.text, words.argv]).toEqual([on, argv]);
  });

  it.each([
    ['c --on dc=fra', 'dc=fra'],
    ['c --on=dc=fra x', 'dc=fra'],
    [`c --on 'dc in (a)'`, 'dc in (a)'],
    [`c --on="dc in (a)"`, 'dc in (a)'],
  ])('of %j says where its selector stands', (text, selector) => {
    const { on } = read(text).placement;
    expect(text.slice(on!.start, on!.end)).toBe(selector);
  });

  it.each([
    ['c --on', 'missing-selector', 2],
    ['c --on=', 'missing-selector', 2],
    [`c --on ' '`, 'missing-selector', 2],
    ['c --on --force', 'missing-selector', 2],
    ['c --on -- x', 'missing-selector', 2],
    ['c --on a --on b', 'repeated-on', 9],
    ['c --on dc in (fra,ams)', 'unquoted-selector', 7],
    ['c --on dc = fra', 'unquoted-selector', 7],
    ['c --on=dc notin (fra)', 'unquoted-selector', 7],
  ])('of %j is refused', (text, problem, position) => {
    expect(readWords(wordsOf(text).slice(1))).toMatchObject({
      code: 'bad-syntax',
      facts: { problem, position },
    });
  });
});

describe('--help', () => {
  it.each([
    ['c --help', true],
    ['c --help x', false],
    [`c '--help'`, false],
    ['c', false],
    ['c -h', false],
  ])('%j asks for help: %s', (text, help) => expect(read(text).help).toBe(help));
});

describe('options', () => {
  it.each<[string, object[], string[]]>([
    ['--force', [{ name: 'force' }], []],
    ['--env=prod', [{ name: 'env', value: 'prod' }], []],
    ['--env=', [{ name: 'env', value: '' }], []],
    ['--env prod web', [{ name: 'env', next: 'prod' }], ['prod', 'web']],
    ['web --force', [{ name: 'force' }], ['web']],
    ['-o json', [{ name: 'o', next: 'json' }], ['json']],
    ['-o=json', [{ name: 'o', value: 'json' }], []],
    [`'--force'`, [{ name: 'force' }], []],
    ['--x - -5 -1.5', [{ name: 'x', next: '-' }], ['-', '-5', '-1.5']],
    [
      '--x=-5 --y -5',
      [
        { name: 'x', value: '-5' },
        { name: 'y', next: '-5' },
      ],
      ['-5'],
    ],
    ['--=x', [], ['--=x']],
    ['a -- b', [], ['a', 'b']],
  ])('of %j are read without declarations', (text, options, args) => {
    const words = read(`c ${text}`);
    expect(words.options.map(({ flag: _flag, position: _position, ...option }) => option)).toEqual(options);
    expect(words.args).toEqual(args);
  });

  it('of a cluster are its letters, and the other ways to read it', () => {
    expect(briefly('-abc x')).toEqual(['a', 'b', 'c next x', 'a=bc?', 'b=c?', 'abc next x?']);
  });

  it('behind a double dash may be none', () => {
    expect(briefly('-- --force')).toEqual(['force?']);
    expect(briefly(`'--' -f`)).toEqual(['f?']);
  });

  it('behind an option that may take them as its value may be none', () => {
    expect(briefly('--message --force')).toEqual(['message', 'force?']);
    expect(briefly('--message=x --force')).toEqual(['message=x', 'force']);
    expect(briefly('--message --force --all')).toEqual(['message', 'force?', 'all?']);
  });

  it('know where they stand', () => {
    expect(read('c x --force').options[0]!.position).toBe(4);
  });
});

it('reads very many options, and very long ones', () => {
  expect(read(`c ${'-ab '.repeat(25_000)}`).argv).toHaveLength(25_000);
  expect(read(`c -${'x'.repeat(99_000)}`).argv).toHaveLength(1);
});

it('reads whatever words, and passes on each of them but --on and its selector', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '--',
      '--force',
      '--env=prod',
      '-abc',
      '-5',
      '-',
      '--on=x',
      'web',
      `''`,
      `'--'`,
      `'--on'`,
      '--help',
    ),
    fc.string({ unit: fc.constantFrom('-', '=', 'a', '1', '.'), minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(word), (texts) => {
      const words = wordsOf(['c', ...texts].join(' ')).slice(1);
      const result = readWords(words);
      if (isRefusal(result)) return;
      const own = result.placement.on && words.find((one) => one.raw === '--on=x');
      expect(result.argv).toEqual(words.filter((one) => one !== own).map((one) => one.text));
      for (const text of result.argv) {
        const name = /^--([^-=][^=]*)/.exec(text)?.[1];
        if (name) expect(result.options.map((option) => option.name)).toContain(name);
      }
    }),
  );
});

function wordsOf(text: string) {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words;
}

function read(text: string): ReadWords {
  const words = readWords(splitName(wordsOf(text)).rest);
  if (isRefusal(words)) throw new Error(JSON.stringify(words));
  return words;
}

function briefly(text: string): string[] {
  return read(`c ${text}`).options.map(
    ({ name, value, next, unsure }) =>
      name +
      (value === undefined ? '' : `=${value}`) +
      (next === undefined ? '' : ` next ${next}`) +
      (unsure ? '?' : ''),
  );
}
