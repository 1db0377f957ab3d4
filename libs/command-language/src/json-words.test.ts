import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonWords } from './json-words.js';
import { parseLine } from './parse-line.js';
import { printLine } from './print-line.js';

describe('JSON', () => {
  it.each<[string, string[]]>([
    ['{"a": 1, "b": [true, null]}', ['{"a": 1, "b": [true, null]}']],
    [`{"a": "it's | > $x \\" \\u00e9"}`, [`{"a": "it's | > $x \\" \\u00e9"}`]],
    ['[] x', ['[]', 'x']],
    ['{ } [ 1 , -2.5e3 ]', ['{ }', '[ 1 , -2.5e3 ]']],
    ['{"a":\n1}', ['{"a":\n1}']],
  ])('is one word in %j, as it was typed', (text, words) => {
    expect(textsOf(`c ${text}`)).toEqual(['c', ...words]);
  });

  it('ends at a pipe', () => {
    expect(parseLine('seed [1, 2]|head 1')).toMatchObject({
      stages: [
        { words: [{ text: 'seed' }, { text: '[1, 2]' }] },
        { words: [{ text: 'head' }, { text: '1' }] },
      ],
    });
  });

  it.each<[string, string[]]>([
    ['[web]', ['[web]']],
    ['{a: 1}', ['{a:', '1}']],
    ['{"a": 1', ['{a:', '1']],
    ['{"a": 1}x', ['{a:', '1}x']],
    ['{"a": 01}', ['{a:', '01}']],
    ['[1,] []', ['[1,]', '[]']],
    ['{"a" 1}', ['{a', '1}']],
    ['{"a": nul}', ['{a:', 'nul}']],
    ['[ {"a": 1}', ['[', '{"a": 1}']],
    ['x{"a": 1}', ['x{a:', '1}']],
    [`'{'"a": 1}`, ['{a:', '1}']],
    ['["a\tb"]', ['[a\tb]']],
  ])('is not %j, which is read like other words', (text, words) => {
    expect(textsOf(`c ${text}`)).toEqual(['c', ...words]);
  });

  it('is found where a slow and simple search finds it', () => {
    const unit = fc.constantFrom(...Array.from('[]{}":,1 \\an'), '"a":', '"a"', 'null', '{}', '[1]');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        const text = units.join('');
        const endOf = jsonWords(text);
        for (const [at, character] of Array.from(text).entries()) {
          if (/[{[]/.test(character)) expect(endOf(at)).toBe(slowly(text, at));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is found, or not, in very long lines', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(textsOf(`c ${deep}`)).toHaveLength(2);
    expect(textsOf(`c ${'[ '.repeat(50_000)}`)).toHaveLength(50_001);
    expect(textsOf(`c ${'[" '.repeat(30_000)}`)).not.toHaveLength(0);
    expect(textsOf(`c ${'{"a": '.repeat(20_000)}`)).toHaveLength(20_001);
    expect(textsOf(`c ${'[ "[ " '.repeat(14_000)}`).length).toBeGreaterThan(14_000);
    expect(textsOf(`c ${'[ '.repeat(25_000)}${'] '.repeat(24_999)}`)).toHaveLength(3);
    expect(textsOf(`c ${`{"'`.repeat(33_000)}`)).toHaveLength(2);
  });

  it('does not come about when a line is printed', () => {
    const line = parseLine('c [ \\\n1 ] [ > me {"a": [ 1 ] } ]');
    if (isRefusal(line)) throw new Error(JSON.stringify(line));
    const printed = printLine(line);
    expect(printed).toBe('c \\[ 1 ] \\[ {"a": [ 1 ] } ] > me');
    expect(textsOf(printed)).toEqual(line.stages[0]!.words.map((word) => word.text));
  });
});

function slowly(text: string, start: number): number | undefined {
  for (let end = start + 1; end <= text.length; end++) {
    try {
      JSON.parse(text.slice(start, end));
      return end;
    } catch {
      continue;
    }
  }
  return undefined;
}

function textsOf(text: string): string[] {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words.map((word) => word.text);
}
