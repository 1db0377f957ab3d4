import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandLine } from './command-line.js';
import { parseLine } from './parse-line.js';
import { printLine } from './print-line.js';
import { quoteWord } from './quote-word.js';

describe('parseLine', () => {
  it.each<[string, string[]]>([
    ['echo:echo hello', ['echo:echo', 'hello']],
    ['  a \t b\nc\r\n', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a"b c"d'e f'`, ['ab cde f']],
    [`a '' ""`, ['a', '', '']],
    [`a "x'y" 'x"y'`, ['a', `x'y`, 'x"y']],
    [String.raw`a "say \"hi\" \\ \$x"`, ['a', String.raw`say "hi" \ $x`]],
    [String.raw`a "C:\temp\n"`, ['a', String.raw`C:\temp\n`]],
    [String.raw`a 'C:\temp\'`, ['a', String.raw`C:\temp` + '\\']],
    [String.raw`a b\ c \"d \| \> \\`, ['a', 'b c', '"d', '|', '>', '\\']],
    ['a \\\n  b c\\\nd', ['a', 'b', 'cd']],
    ['a $x ${y:-z} "$x" * ~ # & ; < `x`', ['a', '$x', '${y:-z}', '$x', '*', '~', '#', '&', ';', '<', '`x`']],
    ['a x>5 2>&1 ->', ['a', 'x>5', '2>&1', '->']],
    ['a 1.10 007 12345678901234567890', ['a', '1.10', '007', '12345678901234567890']],
    [`a '|' "b|c" '>' ">x"`, ['a', '|', 'b|c', '>', '>x']],
    ['größe 日本 😀\\😀', ['größe', '日本', '😀😀']],
  ])('reads %j', (text, words) => {
    expect(texts(text)).toEqual([words]);
  });

  it('cuts stages at bare pipes, with or without blanks', () => {
    expect(texts(`a b|c | d 'e|f'`)).toEqual([['a', 'b'], ['c'], ['d', 'e|f']]);
  });

  it('knows where each word and stage stands', () => {
    const line = parsed(`a  'b c'|d`);
    expect(line.stages).toEqual([
      {
        words: [
          { text: 'a', raw: 'a', quoted: false, start: 0, end: 1 },
          { text: 'b c', raw: `'b c'`, quoted: true, start: 3, end: 8 },
        ],
        start: 0,
        end: 8,
      },
      { words: [{ text: 'd', raw: 'd', quoted: false, start: 9, end: 10 }], start: 9, end: 10 },
    ]);
  });

  it.each([
    ['a > #ops', [{ kind: 'room', name: 'ops', start: 2, end: 8 }]],
    ['a >#ops', [{ kind: 'room', name: 'ops', start: 2, end: 7 }]],
    ['a > @ann', [{ kind: 'person', name: 'ann', start: 2, end: 8 }]],
    [
      'a > me > here',
      [
        { kind: 'me', start: 2, end: 6 },
        { kind: 'here', start: 7, end: 13 },
      ],
    ],
    [`a > '#ops room'`, [{ kind: 'room', name: 'ops room', start: 2, end: 15 }]],
  ])('reads the redirect of %j', (text, redirects) => {
    expect(parsed(text).redirects).toEqual(redirects);
  });

  it('leaves words behind a redirect to the command', () => {
    expect(texts('a > me b')).toEqual([['a', 'b']]);
  });

  it.each(['', '   ', '\n\t', '\\\n'])('says that %j is an empty line', (text) => {
    expect(parseLine(text)).toEqual({ kind: 'refusal', code: 'empty-line', facts: {} });
  });

  it.each([
    [`a 'b c`, { problem: 'unterminated-quote', position: 2, length: 1, expected: `a closing '` }],
    ['a x"b', { problem: 'unterminated-quote', position: 3, length: 1, expected: 'a closing "' }],
    ['a "b\\"', { problem: 'unterminated-quote', position: 2, length: 1, expected: 'a closing "' }],
    [
      'a b\\',
      { problem: 'trailing-escape', position: 3, length: 1, expected: 'a character after the backslash' },
    ],
    [
      'a \u0000',
      { problem: 'control-character', position: 2, length: 1, expected: 'text without control characters' },
    ],
    [
      `a '\u001b[1m'`,
      { problem: 'control-character', position: 3, length: 1, expected: 'text without control characters' },
    ],
    [
      'a \ud800b',
      { problem: 'control-character', position: 2, length: 1, expected: 'text without control characters' },
    ],
    ['| a', { problem: 'empty-stage', position: 0, length: 1, expected: 'a command' }],
    ['a || b', { problem: 'empty-stage', position: 3, length: 1, expected: 'a command' }],
    ['a |', { problem: 'empty-stage', position: 3, expected: 'a command' }],
    ['> #ops', { problem: 'empty-stage', position: 0, expected: 'a command' }],
    [
      'a >',
      { problem: 'missing-redirect-target', position: 2, length: 1, expected: '#room, @person, me or here' },
    ],
    [
      'a >> me',
      { problem: 'missing-redirect-target', position: 2, length: 1, expected: '#room, @person, me or here' },
    ],
    [
      'a > | b',
      { problem: 'missing-redirect-target', position: 2, length: 1, expected: '#room, @person, me or here' },
    ],
    [
      'a > 5',
      { problem: 'bad-redirect-target', position: 4, length: 1, expected: '#room, @person, me or here' },
    ],
    [
      'where age > 3',
      {
        problem: 'comparison-as-redirect',
        position: 10,
        length: 1,
        expected: 'a comparison without blanks: age>3',
      },
    ],
    [
      'where age >= 3',
      {
        problem: 'comparison-as-redirect',
        position: 10,
        length: 1,
        expected: 'a comparison without blanks: age>=3',
      },
    ],
    [
      'a > #',
      { problem: 'bad-redirect-target', position: 4, length: 1, expected: '#room, @person, me or here' },
    ],
    [
      'a > me | b',
      {
        problem: 'redirect-before-pipe',
        position: 2,
        length: 4,
        expected: 'the redirect behind the last command',
      },
    ],
  ])('says what is wrong with %j, and where', (text, facts) => {
    expect(parseLine(text)).toEqual({ kind: 'refusal', code: 'bad-syntax', facts });
  });

  it('takes fifty commands and twenty places, and no more', () => {
    const stages = (count: number) => Array(count).fill('a').join('|');
    const redirects = (count: number) => `a${' > me'.repeat(count)}`;
    expect(texts(stages(50))).toHaveLength(50);
    expect(parsed(redirects(20)).redirects).toHaveLength(20);
    expect(parseLine(stages(51))).toMatchObject({ facts: { problem: 'too-many-stages', position: 99 } });
    expect(parseLine(redirects(21))).toMatchObject({ facts: { problem: 'too-many-redirects' } });
  });

  it('reads a very long line of quotes, closed or not', () => {
    expect(texts(`a ${`"'`.repeat(24_999)}`)[0]).toHaveLength(2);
    expect(texts(`a ${`'' `.repeat(30_000)}`)[0]).toHaveLength(30_001);
    expect(texts(`a ${'\\"'.repeat(50_000)}`)[0]).toHaveLength(2);
    expect(parseLine(`a ${'"'.repeat(99_999)}`)).toMatchObject({ facts: { position: 100_000 } });
  });
});

describe('printLine', () => {
  it.each([
    `ops:restart web`,
    `echo "a b" --times=3`,
    `a 'b c' | d --on='dc in (fra,ams)' -- --on x > #ops > me`,
    `a > '#ops room'`,
  ])('prints %j back as it was read', (text) => {
    expect(printLine(parsed(text))).toBe(text);
  });

  it('prints an equivalent line for whatever can be read', () => {
    const piece = fc.constantFrom(
      ...Array.from(`ab -=$#@é😀'"\\|>\n\t `),
      ' ',
      `'x y'`,
      '"',
      ' | ',
      ' > me',
      '> #r',
      '--on',
      '--',
      '$a',
      '${a.b[0]:-x y}',
      '[',
      ']',
      '{"a": 1}',
      '\\\n',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const line = parseLine(typed);
        if (isRefusal(line)) return;
        const printed = printLine(line);
        expect(meaning(parsed(printed))).toEqual(meaning(line));
        expect(printLine(parsed(printed))).toBe(printed);
      }),
      { numRuns: 4000 },
    );
  });
});

describe('quoteWord', () => {
  it.each([
    ['web-1', 'web-1'],
    ['a b', `'a b'`],
    ['', `''`],
    ["it's", `"it's"`],
    [String.raw`it's $5 \ "x"`, String.raw`"it's \$5 \\ \"x\""`],
    ['>5', `'>5'`],
    ['$name', `'$name'`],
    ['a$5', 'a$5'],
    ["it's ${a}", String.raw`"it's \${a}"`],
    ['[1]', `'[1]'`],
    ['{', `'{'`],
    ['--on', `'--on'`],
    ['--online', '--online'],
  ])('writes %j as %s', (text, word) => expect(quoteWord(text)).toBe(word));

  it('makes any list of texts one line of as many words', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((value) => !/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(value));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (words) => {
        const line = parsed(words.map(quoteWord).join(' '));
        expect(line.stages.map((stage) => stage.words.map((word) => word.text))).toEqual([words]);
        expect(meaning(parsed(printLine(line)))).toEqual(meaning(line));
      }),
    );
  });
});

it('answers whatever text with a line or a refusal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), mutated), (text) => {
      const line = parseLine(text);
      if (isRefusal(line)) expect(['bad-syntax', 'empty-line']).toContain(line.code);
      else
        for (const { words } of line.stages)
          for (const word of words) expect(text.slice(word.start, word.end)).toBe(word.raw);
    }),
    { numRuns: 2000 },
  );
});

/** Right lines in which something was cut out and something put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      `ops:restart "web 1" --force --on='dc in (fra,ams)' -- -x | text:head 5 > #ops > @ann`,
      'jq "$.a \\"${b.c[0]:-x y}\\"" \\$d {"a": [1, "]"]} \\\n| where $state=failed > me',
    ),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  .map(([right, at, cut, put]) => {
    const from = at % (right.length + 1);
    return right.slice(0, from) + put + right.slice(from + cut);
  });

function parsed(text: string): CommandLine {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line;
}

function texts(text: string): string[][] {
  return parsed(text).stages.map((stage) => stage.words.map((word) => word.text));
}

/** A line without its positions, and without how it was quoted. */
function meaning({ stages, redirects }: CommandLine) {
  return {
    stages: stages.map(({ words }) =>
      words.map(({ text, parts = [text] }) =>
        parts.map((part) => (typeof part === 'string' ? part : { path: part.path, default: part.default })),
      ),
    ),
    redirects: redirects.map(({ kind, name }) => ({ kind, name })),
  };
}
