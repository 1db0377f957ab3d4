import { expect, it } from 'vitest';
import { gatheredBy } from './gathered-by.js';

it('takes those of one key together, one round after the other, and waits for no other key', async () => {
  const rounds: string[][] = [];
  const open = new Map<string, number>();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const call = gatheredBy(
    (item: string) => item[0]!,
    async (items) => {
      const key = items[0]![0]!;
      open.set(key, (open.get(key) ?? 0) + 1);
      expect(open.get(key)).toBe(1);
      rounds.push([...items]);
      if (key === 'a') await held;
      open.set(key, 0);
      return items.map((item) => item.toUpperCase());
    },
  );
  const ofA = ['a1', 'a2', 'a3'].map(call);
  expect(await call('b1')).toBe('B1');
  letGo();
  expect(await Promise.all(ofA)).toEqual(['A1', 'A2', 'A3']);
  expect(await call('a4')).toBe('A4');
  expect(rounds).toEqual([['a1'], ['b1'], ['a2', 'a3'], ['a4']]);
});
