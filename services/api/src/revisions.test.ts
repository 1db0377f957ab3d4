import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Revisions } from './revisions.service.js';

/** A database whose answers the test gives, in the order they were asked for. */
function slowDatabase() {
  const asked: PromiseWithResolvers<{ of: string; revision: string }[]>[] = [];
  const query = () => {
    const answer = Promise.withResolvers<{ of: string; revision: string }[]>();
    asked.push(answer);
    return answer.promise;
  };
  return {
    asked,
    dataSource: { query } as unknown as DataSource,
    answer: (at: number, revision: string) => asked[at]!.resolve([{ of: 'people', revision }]),
  };
}

describe('a revision', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is believed for a quarter of a second, and then read again', async () => {
    const { asked, dataSource, answer } = slowDatabase();
    const revisions = new Revisions(dataSource);
    const first = revisions.of('people');
    answer(0, '1');
    expect(await first).toBe('1');
    vi.advanceTimersByTime(249);
    expect(revisions.of('people')).toBe('1');
    vi.advanceTimersByTime(1);
    const second = revisions.of('people');
    answer(1, '2');
    expect(await second).toBe('2');
    expect(asked).toHaveLength(2);
  });

  it('counts from when it was asked for, however long the answer took', async () => {
    const { asked, dataSource, answer } = slowDatabase();
    const revisions = new Revisions(dataSource);
    const first = revisions.of('people');
    vi.advanceTimersByTime(300);
    answer(0, '1');
    expect(await first).toBe('1');
    void revisions.of('people');
    expect(asked).toHaveLength(2);
  });

  it('is read once for all who ask at once', async () => {
    const { asked, dataSource, answer } = slowDatabase();
    const revisions = new Revisions(dataSource);
    const all = Promise.all([revisions.of('people'), revisions.of('people')]);
    answer(0, '1');
    expect(await all).toEqual(['1', '1']);
    expect(asked).toHaveLength(1);
  });

  it('that was asked for before a change of our own is believed by nobody after it', async () => {
    const { dataSource, answer } = slowDatabase();
    const revisions = new Revisions(dataSource);
    const before = revisions.of('people');
    revisions.forget();
    const after = revisions.of('people');
    answer(1, '2');
    expect(await after).toBe('2');
    answer(0, '1');
    expect(await before).toBe('1');
    expect(revisions.of('people')).toBe('2');
  });

  it('that could not be read is asked for again', async () => {
    const { asked, dataSource, answer } = slowDatabase();
    const revisions = new Revisions(dataSource);
    const first = revisions.of('people');
    asked[0]!.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = revisions.of('people');
    answer(1, '1');
    expect(await second).toBe('1');
  });
});
