import { expect, it } from 'vitest';
import { readDuration, readSize } from './quantities.js';

it.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['8d', undefined],
  ['0s', undefined],
  ['30', undefined],
  ['s', undefined],
  ['1 h', undefined],
  ['-1s', undefined],
])('%s lasts %s ms', (text, ms) => expect(readDuration(text)).toBe(ms));

it.each([
  ['256MiB', 268_435_456],
  ['1.5 GiB', 1_610_612_736],
  ['64kB', 64_000],
  ['100B', 100],
  ['0MiB', undefined],
  ['256', undefined],
  ['256M', undefined],
  ['1e3MiB', undefined],
])('%s is %s bytes', (text, bytes) => expect(readSize(text)).toBe(bytes));
