import { afterAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { PGlite } from '@electric-sql/pglite';
import { poolOver } from './embedded-database.js';

const dataSource = await new DataSource({
  type: 'postgres',
  driver: poolOver(await PGlite.create()),
  installExtensions: false,
}).initialize();
await dataSource.query('create table counters (name text primary key, value bigint not null, facts jsonb)');
await dataSource.query(`insert into counters values ('one', 0, null)`);
afterAll(() => dataSource.destroy());

const add = (fail: boolean) =>
  dataSource
    .transaction(async (manager) => {
      const [{ value }] = await manager.query(`select value from counters where name = 'one' for update`);
      await manager.query(`update counters set value = $1 where name = 'one'`, [Number(value) + 1]);
      if (fail) throw new Error('on purpose');
    })
    .catch(() => undefined);

it('keeps transactions apart, and takes back those that fail', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, at) => add(at % 2 === 0)));
  expect(await dataSource.query('select value from counters')).toEqual([{ value: '20' }]);
});

it('gives 64-bit integers, JSON and times as node-postgres does', async () => {
  await dataSource.query(`update counters set facts = $1::jsonb`, [JSON.stringify({ a: [1, 'b'] })]);
  const [row] = await dataSource.query(
    `select 9007199254740993::bigint as big, facts, now() as at, '{a,b}'::text[] as list from counters`,
  );
  expect(row).toMatchObject({
    big: '9007199254740993',
    facts: { a: [1, 'b'] },
    list: ['a', 'b'],
    at: expect.any(Date),
  });
});

it('takes objects, arrays, bytes and undefined as parameters', async () => {
  const [row] = await dataSource.query(
    `select $1::jsonb as o, $2::text[] as l, $3::bytea as b, $4::text as u, '{"a":1}'::jsonb = $5::jsonb as same`,
    [{ x: 1 }, ['p', 'q'], Buffer.from([0, 255]), undefined, '{"a": 1}'],
  );
  expect(row).toMatchObject({ o: { x: 1 }, l: ['p', 'q'], u: null, same: true });
  expect(Buffer.from(row.b)).toEqual(Buffer.from([0, 255]));
});

it('says what is changed by a delete', async () => {
  await dataSource.query(`insert into counters values ('two', 0)`);
  expect((await dataSource.query(`delete from counters where name = 'two'`))[1]).toBe(1);
});

it('gives the turn on when a transaction is left without an end', async () => {
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`update counters set value = 99`);
  await runner.release();
  expect(await dataSource.query('select value from counters')).toEqual([{ value: '20' }]);
});
