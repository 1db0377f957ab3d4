import { expect, it } from 'vitest';
import { Recent } from './recent.js';

it('forgets what is old and never holds more than it may', () => {
  let now = 0;
  const recent = new Recent<number>(100, 2, () => now);
  recent.set('a', 1);
  now = 60;
  recent.set('b', 2);
  expect([recent.get('a'), recent.get('b')]).toEqual([1, 2]);
  now = 100;
  expect([recent.get('a'), recent.get('b')]).toEqual([undefined, 2]);
  recent.set('c', 3);
  recent.set('d', 4);
  expect([recent.get('b'), recent.get('c'), recent.get('d')]).toEqual([undefined, 3, 4]);
});

it('keeps what is noted again', () => {
  let now = 0;
  const recent = new Recent<number>(100, 2, () => now);
  recent.set('a', 1);
  now = 90;
  recent.set('a', 5);
  now = 150;
  expect(recent.get('a')).toBe(5);
});
