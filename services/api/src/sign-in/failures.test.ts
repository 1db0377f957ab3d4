import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFreshDatabase } from '../people/people-app.fixture.js';
import { SignInFailures } from './failures.service.js';

whenPostgres('wrong passwords', (server) => {
  let database: Awaited<ReturnType<typeof openFreshDatabase>>;
  let failures: SignInFailures;
  beforeAll(async () => {
    database = await openFreshDatabase(server);
    failures = new SignInFailures(database.dataSource);
  });
  afterAll(async () => database.close());
  beforeEach(async () => query('delete from sign_in_failures'));

  const query = (sql: string) => database.dataSource.query<{ seconds: number }[]>(sql);
  const time = () => query('update sign_in_failures set not_before = last_at');
  /** What the last try made them wait, in seconds: the longest of what counts for it. */
  const wait = async () => {
    const [row] = await query(
      'select max(round(extract(epoch from not_before - last_at)))::int as seconds from sign_in_failures',
    );
    return row!.seconds;
  };
  const waitsOf = async (times: number, name: (at: number) => string, address: (at: number) => string) => {
    const waits: number[] = [];
    for (let at = 0; at < times; at++) {
      await failures.begin(name(at), address(at));
      waits.push(await wait());
      await time();
    }
    return waits;
  };

  it('cost nothing five times, and then twice as much each time, to a quarter of an hour', async () => {
    const waits = await waitsOf(
      18,
      () => 'ann',
      () => '192.0.2.1',
    );
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('from everywhere make a name wait a minute at most', async () => {
    const waits = await waitsOf(
      40,
      () => 'ann',
      (at) => `192.0.2.${at}`,
    );
    expect(waits.slice(0, 30)).toEqual(Array(30).fill(0));
    expect(waits.slice(30)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  it('from everywhere do not keep out whoever is signed in where they are', async () => {
    const [{ id }] = await database.dataSource.query<[{ id: string }]>(
      `insert into users (username, email) values ('ann', 'ann@example.org') returning id`,
    );
    await database.dataSource.query(
      `insert into sessions (user_id, kind, hash, address, idle, idle_until, expires_at)
       values ($1, 'cli', 'h', '2001:db8:1:2::7', '1h', now() + interval '1h', now() + interval '1h')`,
      [id],
    );
    await waitsOf(
      40,
      () => 'ann',
      (at) => `192.0.2.${at}`,
    );
    await failures.begin('ann', '192.0.2.99');
    expect((await failures.begin('ann', '192.0.2.100')).waitSeconds).toBeGreaterThan(0);
    expect((await failures.begin('ann', '2001:db8:1:2::8')).waitSeconds).toBeUndefined();
    // There only the count of that address holds.
    await query('update sign_in_failures set failures = 20');
    await failures.begin('ann', '2001:db8:1:2::8');
    expect((await failures.begin('ann', '2001:db8:1:2::9')).waitSeconds).toBeGreaterThan(60);
  });

  it('of one IPv6 network are those of one address, whichever of its addresses they come from', async () => {
    const waits = await waitsOf(
      8,
      () => 'ann',
      (at) => `2001:db8::${at.toString(16)}`,
    );
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4]);
  });

  it('of many names make an address wait', async () => {
    const waits = await waitsOf(
      63,
      (at) => `name-${at}`,
      () => '192.0.2.1',
    );
    expect(waits.slice(59)).toEqual([0, 1, 2, 4]);
  });

  it('are not more at once than one after another', async () => {
    await failures.begin('ann', '192.0.2.1');
    await query(`update sign_in_failures set failures = 20, not_before = now()`);
    const tries = await Promise.all(Array.from({ length: 9 }, () => failures.begin('ann', '192.0.2.1')));
    expect(tries.filter(({ waitSeconds }) => waitSeconds === undefined)).toHaveLength(1);
  });

  describe('are forgotten', () => {
    it('by the right one, but for what the address did besides', async () => {
      await waitsOf(
        8,
        () => 'ann',
        () => '192.0.2.1',
      );
      await failures.forgive(await failures.begin('ann', '192.0.2.1'));
      expect(await query('select failures from sign_in_failures')).toEqual([{ failures: 8 }]);
      expect(
        await waitsOf(
          1,
          () => 'ann',
          () => '192.0.2.1',
        ),
      ).toEqual([0]);
    });

    it('after a day', async () => {
      await waitsOf(
        8,
        () => 'ann',
        () => '192.0.2.1',
      );
      await query(`update sign_in_failures set last_at = now() - interval '25 hours'`);
      expect(
        await waitsOf(
          1,
          () => 'ann',
          () => '192.0.2.1',
        ),
      ).toEqual([0]);
      await query(`update sign_in_failures set last_at = now() - interval '25 hours'`);
      await failures.forgetOld();
      expect(await query('select * from sign_in_failures')).toEqual([]);
    });
  });
});
