import { expect, it } from 'vitest';
import { csvRow } from './csv.js';

it.each<[unknown, string]>([
  ['plain', 'plain'],
  ['a, b', '"a, b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  [undefined, ''],
  [null, ''],
  [3, '3'],
  [-3, '-3'],
  [true, 'true'],
  [{ a: 1 }, '"{""a"":1}"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['＝1', "'＝1"],
])('writes %j as %s', (value, text) => expect(csvRow([value])).toBe(`${text}\r\n`));
