import { expect, it } from 'vitest';
import { Pace } from './pace.js';

it('lets so many pass within so long, and says how long to wait', () => {
  const pace = new Pace({ most: 2, withinMs: 1000 });
  expect([pace.take('ann', 0), pace.take('ann', 400)]).toEqual([undefined, undefined]);
  expect(pace.take('ann', 600)).toEqual({ retryAfterMs: 400 });
  expect(pace.take('bob', 600)).toBeUndefined();
  expect(pace.take('ann', 1000)).toBeUndefined();
});

it('tells without counting whether all is used up', () => {
  const pace = new Pace({ most: 1, withinMs: 1000 });
  expect(pace.spent('ann', 0)).toBeUndefined();
  pace.take('ann', 0);
  expect(pace.spent('ann', 10)).toEqual({ retryAfterMs: 990 });
  expect(pace.spent('ann', 1000)).toBeUndefined();
});

it('lets everything pass without a rate, and forgets the oldest of very many', () => {
  expect(new Pace(undefined).take('ann', 0)).toBeUndefined();
  const pace = new Pace({ most: 1, withinMs: 1e9 });
  for (let index = 0; index <= 20_000; index++) pace.take(String(index), 0);
  expect(pace.spent('0', 1)).toBeUndefined();
  expect(pace.spent('1', 1)).toBeDefined();
});
