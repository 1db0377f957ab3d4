import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const connections = 8;

whenPostgres('the statements of a command', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1');
    // As in the first minutes of a database: nothing is known about what is in it.
    const tables = await world.dataSource.query<{ name: string }[]>(
      'select quote_ident(relname) as name from pg_stat_user_tables',
    );
    for (const { name } of tables)
      await world.dataSource.query(`alter table ${name} set (autovacuum_enabled = off)`);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** So many commands from their lines to their replies, ten at a time. */
  const run = async (count: number) => {
    for (let done = 0; done < count; done += 10) {
      const before = fra.orders.length;
      const told = world.replies.length;
      await Promise.all(Array.from({ length: 10 }, () => world.say('try:it')));
      const orders = await until(() => fra.orders.length >= before + 10 && fra.orders.slice(before));
      await Promise.all(orders.map((order) => world.take(order, 'done\n')));
      await until(() => world.replies.length >= told + 10);
    }
  };
  /** How many rows were read so far. Each connection keeps what it counted to itself unless it is asked at once. */
  const rowsRead = async () => {
    const flush = 'select pg_stat_force_next_flush(), pg_sleep(0.2)';
    await Promise.all(Array.from({ length: connections }, () => world.dataSource.query(flush)));
    const [sum] = await world.dataSource.query<{ rows: string }[]>(
      'select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as rows from pg_stat_user_tables',
    );
    return Number(sum!.rows);
  };

  it('read no more rows of a database with many commands in it than of one with few, though nothing was analysed', async () => {
    await run(20);
    const start = await rowsRead();
    await run(60);
    const few = (await rowsRead()) - start;
    await run(400);
    const middle = await rowsRead();
    await run(60);
    const many = (await rowsRead()) - middle;
    expect(few).toBeGreaterThan(60);
    expect(many).toBeLessThan(2 * few);
  });
});
