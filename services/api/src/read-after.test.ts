import { expect, it } from 'vitest';
import { readAfter } from './read-after.js';

it('reads for those who ask meanwhile once more, and once for all of them', async () => {
  let reads = 0;
  const finish: (() => void)[] = [];
  const read = readAfter(async () => {
    reads += 1;
    await new Promise<void>((resolve) => finish.push(resolve));
  });
  const first = read();
  const others = [read(), read()];
  expect([reads, others[0] === others[1]]).toEqual([1, true]);
  finish[0]!();
  await first;
  await Promise.resolve();
  expect(reads).toBe(2);
  finish[1]!();
  await Promise.all(others);
  void read();
  expect(reads).toBe(3);
});

it('reads on after one that failed', async () => {
  let reads = 0;
  const read = readAfter(async () => {
    reads += 1;
    if (reads === 1) throw new Error('away');
  });
  const [first, second] = [read(), read()];
  await expect(first).rejects.toThrow('away');
  await second;
  expect(reads).toBe(2);
});
