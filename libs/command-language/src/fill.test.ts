import { isRefusal, type Refusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill } from './fill.js';
import { parseLine } from './parse-line.js';
import { readWords } from './read-words.js';

describe('fill', () => {
  const record = {
    name: 'web',
    n: 1.5,
    on: false,
    no: null,
    empty: '',
    of: { a: [10, { b: 'deep' }], 'exit-code': 3 },
    blank: 'two words | > #x',
  };

  it.each<[string, string[]]>([
    ['$name', ['web']],
    ['$n $on', ['1.5', 'false']],
    ['x$empty', ['x']],
    ['$of.a[0] $of.a[1].b', ['10', 'deep']],
    ['${of.exit-code}', ['3']],
    ['$of', ['{"a":[10,{"b":"deep"}],"exit-code":3}']],
    ['$of.a', ['[10,{"b":"deep"}]']],
    ['"$blank"', ['two words | > #x']],
    ['$blank', ['two words | > #x']],
    ['--x=$name/$n', ['--x=web/1.5']],
    ['${no:-nothing} ${gone:-} ${gone.too[1]:-x}', ['nothing', '', 'x']],
    ['${name:-x}', ['web']],
    [`'$name' \\$name plain`, ['$name', '$name', 'plain']],
  ])('makes of %j %j', (typed, texts) => {
    expect(textsOf(filled(typed, record))).toEqual(texts);
  });

  it('remembers what no person typed', () => {
    expect(filled('--a=$name,$n', record)).toMatchObject([
      {
        text: '--a=web,1.5',
        raw: '--a=$name,$n',
        inserted: [
          { start: 4, end: 7 },
          { start: 8, end: 11 },
        ],
      },
    ]);
    expect(filled('x', record)[0]).not.toHaveProperty('inserted');
  });

  it.each([
    ['$nam', { variable: '$nam', position: 2, length: 4, missing: 'field', suggestion: '$name' }],
    ['x$no', { variable: '$no', position: 3, length: 3 }],
    ['$of.b', { within: '$of', fields: ['a', 'exit-code'] }],
    ['${of.exit-cod}', { within: '$of', suggestion: '${of.exit-code}' }],
    ['$of.a[7]', { variable: '$of.a[7]', within: '$of.a', fields: [] }],
    ['$of[0]', { missing: 'field' }],
    ['$name.length', { missing: 'field' }],
    ['$name[0]', { missing: 'field' }],
    ['$of.a.length', { missing: 'field' }],
  ])('refuses %j, and says which fields there are', (typed, facts) => {
    expect(fill(wordsOf(typed), record)).toMatchObject({ code: 'no-variable', facts });
  });

  it.each([
    '$__proto__',
    '$constructor',
    '$toString',
    '$of.__proto__.toString',
    '$of.constructor.name',
    '$hasOwnProperty',
  ])('sees nothing that a prototype lends: %s', (typed) =>
    expect(fill(wordsOf(typed), record)).toMatchObject({ code: 'no-variable' }),
  );

  it('sees a field of whatever name that the record itself has', () => {
    const own = JSON.parse('{"__proto__": {"x": "own"}, "constructor": "too"}') as Record<string, unknown>;
    expect(textsOf(filled('$__proto__.x $constructor', own))).toEqual(['own', 'too']);
  });

  it('refuses what no program can be given', () => {
    expect(fill(wordsOf('$a'), { a: 'x\0y' })).toMatchObject({
      code: 'no-variable',
      facts: { missing: 'text' },
    });
    expect(textsOf(filled('$a', { a: ['x\0y'] }))).toEqual([String.raw`["x\u0000y"]`]);
  });

  it('has only defaults where there is no record', () => {
    expect(textsOf(filled('${a:-x} y', undefined))).toEqual(['x', 'y']);
    expect(fill(wordsOf('$a'), undefined)).toMatchObject({
      code: 'no-variable',
      facts: { missing: 'record', fields: [], variable: '$a' },
    });
  });

  it('keeps words one to one, and changes no record, whatever is in it', () => {
    const anyRecord = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.jsonValue());
    const piece = fc.constantFrom(
      '$a',
      '${b:-d}',
      '"$a $b"',
      '$a.b[0]',
      '$__proto__.x',
      'x',
      '--y=$a',
      '-$b',
      '--',
    );
    fc.assert(
      fc.property(anyRecord, fc.array(piece), (one, pieces) => {
        const before = JSON.stringify(one);
        const words = wordsOf(pieces.join(' '));
        const result = fill(words, one);
        expect(JSON.stringify(one)).toBe(before);
        if (!isRefusal(result)) expect(result.map((word) => word.raw)).toEqual(words.map((word) => word.raw));
      }),
    );
  });
});

describe('a program without declarations', () => {
  it.each([
    ['$x', '--force', 'option-from-variable'],
    ['$x', '-f', 'option-from-variable'],
    ['$x', '--', 'option-from-variable'],
    ['--env $x', '--force', 'option-from-variable'],
    ['--$x', 'force', 'variable-in-name'],
    ['-$x', 'f', 'variable-in-name'],
    ['-n$x', 'f', 'variable-in-name'],
    ['--$x', 'a=b', 'variable-in-name'],
  ])('gets no option out of a record: %j with %j is refused', (typed, x, problem) => {
    expect(readWords(filled(typed, { x }))).toMatchObject({
      code: 'bad-arguments',
      facts: { problems: [{ problem }] },
    });
  });

  it.each([
    ['$x', '-5'],
    ['$x', '-'],
    ['--env=$x', '--force'],
    ['-- $x', '--force'],
    ['a$x', '--force'],
  ])('gets %j with %j as a value', (typed, x) => {
    expect(readWords(filled(typed, { x }))).toMatchObject({ argv: textsOf(filled(typed, { x })) });
  });

  it('never has its relay chosen by a record', () => {
    expect(readWords(wordsOf('--on $x'))).toMatchObject({
      facts: { problem: 'variable-in-selector', position: 7 },
    });
    expect(readWords(filled('--on=$x', { x: 'dc=fra' }))).toMatchObject({ code: 'bad-syntax' });
    expect(readWords(filled('$x dc=fra', { x: '--on' }))).toMatchObject({ code: 'bad-arguments' });
  });
});

function wordsOf(typed: string) {
  const line = parseLine(`c ${typed}`);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words.slice(1);
}

function filled(typed: string, record: Record<string, unknown> | undefined) {
  const words: ReturnType<typeof fill> = fill(wordsOf(typed), record);
  if (isRefusal(words)) throw new Error(JSON.stringify(words satisfies Refusal));
  return words;
}

function textsOf(words: readonly { text: string }[]): string[] {
  return words.map((word) => word.text);
}
