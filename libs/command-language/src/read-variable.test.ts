import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variablesIn } from './fill.js';
import { parseLine } from './parse-line.js';

describe('variables', () => {
  it.each<[string, unknown[]]>([
    ['$name', [{ path: ['name'] }]],
    ['$a.b[0].c', [{ path: ['a', 'b', 0, 'c'] }]],
    ['$_x1', [{ path: ['_x1'] }]],
    ['$größe', [{ path: ['größe'] }]],
    ['${a.b[0]}', [{ path: ['a', 'b', 0] }]],
    ['${exit-code}', [{ path: ['exit-code'] }]],
    ['${a:-x}', [{ path: ['a'] }]],
    ['pre$a/$b-post', ['pre', { path: ['a'] }, '/', { path: ['b'] }, '-post']],
    ['$a. $b', [{ path: ['a'] }, '.']],
    ['$a[x]', [{ path: ['a'] }, '[x]']],
    ['${a}b', [{ path: ['a'] }, 'b']],
    ['"in $a quotes"', ['in ', { path: ['a'] }, ' quotes']],
    [`$a'$b'`, [{ path: ['a'] }, '$b']],
    ['--env=$env', ['--env=', { path: ['env'] }]],
  ])('are found in %j', (typed, parts) => {
    expect(partsOf(typed)).toMatchObject(parts);
  });

  it.each([
    `'$a'`,
    String.raw`\$a`,
    String.raw`"\$a"`,
    '$5',
    '$',
    'a$',
    '"$"',
    '$-',
    '$(x)',
    '$$',
    `{"a": "$a"}`,
  ])('are none in %j', (typed) => expect(wordsOf(`c ${typed}`)[1]!.parts).toBeUndefined());

  it.each([
    ['${a:-}', ''],
    ['${a:-two words | and "more"}', 'two words | and "more"'],
    [`"\${a:-it's}"`, `it's`],
    [String.raw`${'${a:-'}\}\\}`, '}\\'],
    ['${a:---force}', '--force'],
  ])('of %j has the default %j', (typed, text) => {
    expect(partsOf(typed)).toMatchObject([{ default: text }]);
  });

  it('stay in the text as they were typed, and know where they stand', () => {
    const [, word] = wordsOf('c  x"$a b"${c:-d e}');
    expect(word).toMatchObject({ text: 'x$a b${c:-d e}', raw: 'x"$a b"${c:-d e}', quoted: true });
    expect(variablesIn([word!])).toMatchObject([
      { raw: '$a', start: 5, end: 7 },
      { raw: '${c:-d e}', start: 10, end: 19 },
    ]);
  });

  it.each([
    ['c ${', 'unterminated-variable', 2, 2],
    ['c ${a', 'unterminated-variable', 2, 2],
    ['c "${a:-x"', 'unterminated-variable', 3, 2],
    ['c ${}', 'bad-variable', 2, 3],
    ['c ${1}', 'bad-variable', 2, 3],
    ['c ${{ x }}', 'bad-variable', 2, 3],
    ['c ${a+b}', 'bad-variable', 2, 4],
    ['c ${a[x]}', 'bad-variable', 2, 4],
    ['$c x', 'variable-in-command', 0, 2],
    ['c | x$y', 'variable-in-command', 4, 3],
    ['c > #$room', 'variable-in-redirect', 4, 6],
    ['c > $room', 'variable-in-redirect', 4, 5],
  ])('%j is refused', (text, problem, position, length) => {
    expect(parseLine(text)).toMatchObject({ facts: { problem, position, length } });
  });

  it('reads very long lines of them', () => {
    expect(partsOf('$'.repeat(100_000))).toBeUndefined();
    expect(partsOf('$a'.repeat(50_000))).toHaveLength(50_000);
    expect(partsOf(`$a${'[0'.repeat(50_000)}`)).toHaveLength(2);
    expect(partsOf(`\${a:-${'${'.repeat(50_000)}}`)).toHaveLength(1);
    expect(parseLine(`c ${'${a:-'.repeat(20_000)}`)).toMatchObject({ facts: { position: 2 } });
    expect(parseLine(`c ${'"${a'.repeat(20_000)}`)).toMatchObject({ code: 'bad-syntax' });
  });

  it('and what stands between them make up the word', () => {
    const piece = fc.constantFrom('$a', '${a.b-c:-x y}', '$', '{', '}', 'a', '[0]', '.', '"', "'", '\\', ' ');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = parseLine(`c ${pieces.join('')}`);
        if (isRefusal(line)) return;
        for (const { text, parts } of line.stages[0]!.words) {
          if (!parts) continue;
          expect(parts.map((part) => (typeof part === 'string' ? part : part.raw)).join('')).toBe(text);
          expect(parts.every((part) => part !== '')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function wordsOf(text: string) {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words;
}

function partsOf(typed: string) {
  return wordsOf(`c ${typed}`)[1]!.parts;
}
