import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, readDuration } from './read-duration.js';
import { readInteger, readNumber } from './read-number.js';

describe('a number', () => {
  it.each([
    ['0', 0],
    ['-5', -5],
    ['1.10', 1.1],
    ['1e3', 1000],
    ['0.1', 0.1],
    ['5e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['9007199254740991.0e-1', 900719925474099.1],
    ['100000000000000000000', 1e20],
    ['-0', 0],
  ])('is %s', (text, value) => expect(readNumber(text)).toBe(value));

  it.each([
    '',
    ' 1',
    '007',
    '+5',
    '.5',
    '5.',
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '1e400',
    '1e-400',
    '12345678901234567890',
    '0.1000000000000000055',
    '1'.repeat(500),
    '1e9999999999',
  ])('is none in %j, or not without loss', (text) => expect(readNumber(text)).toBeUndefined());

  it('is read back whatever it is', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value) => readNumber(String(value)) === value + 0,
      ),
    );
  });
});

describe('a whole number', () => {
  it('goes as far as it is exact', () => {
    expect(readInteger('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(readInteger('-9007199254740991')).toBe(Number.MIN_SAFE_INTEGER);
    expect(readInteger('9007199254740992')).toBeUndefined();
  });

  it.each(['', '1.0', '1e3', '01', '+1', '--1', '１'])('is none in %j', (text) =>
    expect(readInteger(text)).toBeUndefined(),
  );
});

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['0.25s', 250],
    ['500ms', 500],
    ['0s', 0],
  ])('is %s', (text, ms) => expect(readDuration(text)).toBe(ms));

  it.each(['', '90', 's', '-1s', '1w', '1 h', '1h 30m', '0.5ms', '1e3s', `${'9'.repeat(30)}s`])(
    'is none in %j',
    (text) => expect(readDuration(text)).toBeUndefined(),
  );

  it('is read back from its text', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 * 1000 }), (ms) => readDuration(durationText(ms)) === ms),
    );
  });
});
