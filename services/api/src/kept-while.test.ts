import { describe, expect, it } from 'vitest';
import { keptWhile } from './kept-while.js';
import type { Revisions } from './revisions.service.js';

function world() {
  const at = { revision: '1', reads: [] as string[] };
  const revisions = { of: () => at.revision } as unknown as Revisions;
  const get = keptWhile(revisions, 'people', async (key) => {
    at.reads.push(key);
    if (key === 'nobody') throw new Error('there is no such user');
    return `${key} at ${at.revision}`;
  });
  return { at, get };
}

describe('what is kept', () => {
  it('is read once for each key while nothing changes', async () => {
    const { at, get } = world();
    expect(await Promise.all([get('ann'), get('ann'), get('bob')])).toEqual([
      'ann at 1',
      'ann at 1',
      'bob at 1',
    ]);
    expect(await get('ann')).toBe('ann at 1');
    expect(at.reads).toEqual(['ann', 'bob']);
  });

  it('is read again when something changed', async () => {
    const { at, get } = world();
    await get('ann');
    at.revision = '2';
    expect(await get('ann')).toBe('ann at 2');
    expect(at.reads).toEqual(['ann', 'ann']);
  });

  it('is no failure', async () => {
    const { at, get } = world();
    await expect(get('nobody')).rejects.toThrow('no such user');
    await expect(get('nobody')).rejects.toThrow('no such user');
    expect(at.reads).toEqual(['nobody', 'nobody']);
  });

  it('does not grow for ever', async () => {
    const { at, get } = world();
    for (let index = 0; index < 1_001; index++) await get(`user${index}`);
    await get('user0');
    expect(at.reads.filter((key) => key === 'user0')).toHaveLength(2);
  });
});
