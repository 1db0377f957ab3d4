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

/** As `prepared` of the API hands it to TypeORM. */
const named = (name: string, text: string, values: unknown[]) =>
  dataSource.query({ name, text } as unknown as string, values);

it('takes and gives the same where a statement has a name', async () => {
  const text = `select $1::jsonb as o, $2::text[] as l, $3::bytea as b, $4::text as u, '{"a":1}'::jsonb = $5::json::jsonb as same,
    9007199254740993::bigint as big, $6::timestamptz as at, $7::uuid as id`;
  const at = new Date('2026-11-22T10:00:00Z');
  const id = '01a20390-ee9a-7d47-adba-a666e92031f8';
  const values = [{ x: 1 }, ['p', 'q'], Buffer.from([0, 255]), undefined, '{"a": 1}', at, id];
  for (const same of ['first', 'again']) {
    const [row] = await named('everything', text, values);
    expect(row, same).toMatchObject({
      o: { x: 1 },
      l: ['p', 'q'],
      u: null,
      same: true,
      big: '9007199254740993',
      at,
      id,
    });
    expect(Buffer.from(row.b)).toEqual(Buffer.from([0, 255]));
  }
});

it('says what is wrong with a statement that has a name, and goes on', async () => {
  const add = (name: string) => named('add', 'insert into counters values ($1, 1) returning name', [name]);
  expect(await add('three')).toEqual([{ name: 'three' }]);
  await expect(add('three')).rejects.toMatchObject({ driverError: { code: '23505' } });
  await expect(named('wrong', 'select nothing from nowhere', [])).rejects.toMatchObject({
    driverError: { code: '42P01' },
  });
  expect(await add('four')).toEqual([{ name: 'four' }]);
  await dataSource.query(`delete from counters where name in ('three', 'four')`);
});

it('runs a statement that has a name within its transaction, and after its tables changed', async () => {
  const count = () => named('count', 'select count(*)::int as many from counters', []);
  const [before] = await count();
  await dataSource
    .transaction(async (manager) => {
      await manager.query(`insert into counters values ('five', 0)`);
      const [within] = await manager.query({
        name: 'count',
        text: 'select count(*)::int as many from counters',
      } as unknown as string);
      expect(within.many).toBe(before.many + 1);
      throw new Error('on purpose');
    })
    .catch(() => undefined);
  await dataSource.query('create index counters_by_value on counters (value)');
  expect(await count()).toEqual([before]);
});
