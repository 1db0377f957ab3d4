import { expect, it } from 'vitest';
import { gathered } from './gathered.js';

it('does alone what comes alone, and together what comes meanwhile', async () => {
  const rounds: number[][] = [];
  const release: (() => void)[] = [];
  const double = gathered<number, number>(async (items) => {
    rounds.push([...items]);
    await new Promise<void>((resolve) => release.push(resolve));
    return items.map((item) => item * 2);
  });
  const results = Promise.all([1, 2, 3].map(double));
  expect(rounds).toEqual([[1]]);
  release[0]!();
  await Promise.resolve();
  while (release.length < 2) await new Promise((resolve) => setImmediate(resolve));
  release[1]!();
  expect(await results).toEqual([2, 4, 6]);
  expect(rounds).toEqual([[1], [2, 3]]);
});

it('lets one that fails spoil no other', async () => {
  const half = gathered<number, number>(async (items) => {
    if (items.includes(13)) throw new Error('unlucky');
    return items.map((item) => item / 2);
  });
  const results = await Promise.allSettled([2, 4, 13, 8].map(half));
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    1,
    2,
    'failed',
    4,
  ]);
});

it('loses none of very many', async () => {
  const same = gathered<number, number>(async (items) => items);
  const numbers = Array.from({ length: 1_000 }, (_, at) => at);
  expect(await Promise.all(numbers.map(same))).toEqual(numbers);
});
