import type { Heartbeat } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { SeenRows } from './seen-rows.js';

const heartbeat = {} as Heartbeat;

/** A database that takes what is written to it when the test says so, and notes which relays were written at what time. */
function slowDatabase() {
  const asked: PromiseWithResolvers<unknown[]>[] = [];
  const written: string[][] = [];
  const query = (_: unknown, [seen]: [string]) => {
    written.push(
      (JSON.parse(seen) as { relay: string; at: number }[]).map(({ relay, at }) => `${relay} ${at}`),
    );
    const answer = Promise.withResolvers<unknown[]>();
    asked.push(answer);
    return answer.promise;
  };
  return { asked, written, dataSource: { query } as unknown as DataSource };
}

it('writes what comes meanwhile together, of each relay the last, and each relay so often at most', async () => {
  const { asked, written, dataSource } = slowDatabase();
  const rows = new SeenRows(dataSource, 4_000);
  rows.add({ relay: 'a', at: 10_000, heartbeat });
  rows.add({ relay: 'b', at: 10_000, heartbeat });
  rows.add({ relay: 'c', at: 10_001, heartbeat });
  rows.add({ relay: 'b', at: 10_002, heartbeat });
  expect(written).toEqual([['a 10000']]);
  asked[0]!.resolve([]);
  await expect.poll(() => written).toEqual([['a 10000'], ['b 10002', 'c 10001']]);
  asked[1]!.resolve([]);
  await rows.settled();

  rows.add({ relay: 'a', at: 13_999, heartbeat });
  await rows.settled();
  expect(written).toHaveLength(2);
  rows.add({ relay: 'a', at: 14_000, heartbeat });
  expect(written[2]).toEqual(['a 14000']);
});

it('drops what cannot be written while the database is away, and tells of anything else', async () => {
  const { asked, written, dataSource } = slowDatabase();
  const rows = new SeenRows(dataSource, 4_000);
  rows.add({ relay: 'a', at: 10_000, heartbeat });
  asked[0]!.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
  await rows.settled();
  rows.add({ relay: 'a', at: 10_100, heartbeat });
  expect(written).toEqual([['a 10000'], ['a 10100']]);
  asked[1]!.reject(new Error('a bug'));
  await rows.settled();
  expect(() => rows.add({ relay: 'a', at: 10_200, heartbeat })).toThrow('a bug');
  expect(written).toHaveLength(3);
});
