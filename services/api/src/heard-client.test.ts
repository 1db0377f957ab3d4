import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from './database.js';
import { databaseAway } from './database-faults.js';

whenPostgres('a connection that the database ends in the breath in which it is ready', (serverUrl) => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let way: Awaited<ReturnType<typeof wayTo>>;
  beforeAll(async () => {
    database = await freshDatabase(serverUrl);
    way = await wayTo(database.url);
  });
  afterAll(async () => {
    way.close();
    await database.drop();
  });

  it('fails whoever asks over it, and nobody else', async () => {
    const connections = 6;
    const dataSource = await openDatabase({ url: way.url, connections }, () => undefined);
    // More at once than there are connections from the start, so that new ones are made.
    const askAll = () =>
      Promise.allSettled(Array.from({ length: connections }, () => dataSource.query('select 1 as it')));
    way.endNew = true;
    const failed = (await askAll()).filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed as PromiseRejectedResult[]) expect(databaseAway(reason)).toBe(true);
    way.endNew = false;
    for (const answer of await askAll()) expect(answer).toMatchObject({ value: [{ it: 1 }] });
    await dataSource.destroy();
  });

  it('makes a start wait, and not fail', async () => {
    const said: string[] = [];
    const say = (sentence: string) => {
      said.push(sentence);
      way.endNew = false;
    };
    way.endNew = true;
    const dataSource = await openDatabase({ url: way.url, connections: 4 }, say);
    expect(said).toEqual([
      expect.stringMatching(/^the database does not answer .*trying again until it does$/),
    ]);
    expect(await dataSource.query('select 1 as it')).toEqual([{ it: 1 }]);
    await dataSource.destroy();
  });
});

/** A way to the server of that URL, which can end new connections: what it says of that comes in one piece with its word that it is ready. */
async function wayTo(url: string) {
  const behind = new URL(url);
  const way = { url: '', endNew: false, close: () => void server.close() };
  const server = createServer((near) => {
    const far = connect(Number(behind.port), behind.hostname);
    near.pipe(far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => undefined).on('close', () => other.destroy());
    if (way.endNew) endOnceReady(far, near);
    else far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front = new URL(url);
  front.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  way.url = front.href;
  return way;
}

/** ReadyForQuery, outside of a transaction. */
const readyForQuery = Buffer.from('5a0000000549', 'hex');

/** ErrorResponse, as PostgreSQL ends a connection where an administrator wants that. */
function endedByAdministrator(): Buffer {
  const fields = Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}

/** PostgreSQL flushes when it is ready, so that a piece ends there. */
function endOnceReady(from: Socket, to: Socket): void {
  from.on('data', (bytes: Buffer) => {
    const ready = bytes.subarray(-readyForQuery.length).equals(readyForQuery);
    to.write(ready ? Buffer.concat([bytes, endedByAdministrator()]) : bytes);
  });
}
