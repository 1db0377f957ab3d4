import { expect, it } from 'vitest';
import { maskedPosition, maskLine } from './mask-line.js';

it.each([
  ['ab secret cd', [{ start: 3, end: 9 }], 'ab *** cd'],
  [
    'x y z',
    [
      { start: 4, end: 5 },
      { start: 0, end: 1 },
    ],
    '*** y ***',
  ],
  [
    'abcdef',
    [
      { start: 0, end: 4 },
      { start: 2, end: 6 },
    ],
    '***',
  ],
  [
    'ab',
    [
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ],
    '******',
  ],
  ['ab', [], 'ab'],
])('masks in %j, whatever its length, what is secret', (line, spans, masked) => {
  expect(maskLine(line, spans)).toBe(masked);
});

it('finds a place again', () => {
  const line = 'c --password=hunter2 --pord x';
  const secrets = [{ start: 13, end: 20 }];
  const at = maskedPosition(secrets, line.indexOf('--pord'));
  expect(maskLine(line, secrets).slice(at)).toBe('--pord x');
  expect(maskedPosition(secrets, 15)).toBe(13);
  expect(maskedPosition(secrets, 2)).toBe(2);
});
