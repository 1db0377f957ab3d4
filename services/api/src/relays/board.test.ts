import type { Heartbeat } from '@chasqui/contracts';
import { encryptAtRest, makeRelayToken, readRelayToken } from '@chasqui/sealing';
import { doorTo, freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configWith } from '../api-world.fixture.js';
import { openDatabase } from '../database.js';
import { RelayBoard } from './board.service.js';

whenPostgres('the board of relays', (serverUrl) => {
  const config = configWith();
  const opened = async () => {
    const fresh = await freshDatabase(serverUrl);
    const door = await doorTo(fresh.url);
    const dataSource = await openDatabase({ url: door.url, connections: 2 }, () => undefined);
    return { door, dataSource };
  };
  let world: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => void (world = await opened()));
  afterAll(async () => {
    await world?.dataSource.destroy();
    await world?.door.shut();
  });

  it('writes down the first heartbeat after the database was away, and waits with none meanwhile', async () => {
    const { door, dataSource } = world;
    const secret = encryptAtRest(readRelayToken(makeRelayToken('fra-1'))!.secret, config.secretKey);
    await dataSource.query(`insert into relays (name, secret) values ('fra-1', $1)`, [secret]);
    const board = new RelayBoard(dataSource, config);
    await board.load();
    await door.shut();
    await board.heard(heartbeat, 1_000_000);
    expect(board.get('fra-1')).toMatchObject({ lastSeenAt: 1_000_000, heartbeat });
    await door.open();
    await board.heard(heartbeat, 1_000_100);
    const [row] = await dataSource.query(`select last_seen_at from relays`);
    expect(row.last_seen_at.getTime()).toBe(1_000_100);
  });
});

const heartbeat: Heartbeat = {
  kind: 'heartbeat',
  relay: 'fra-1',
  instance: 'one',
  version: '0.1.0',
  startedAt: 0,
  sentAt: 0,
  tags: [],
  drivers: ['process'],
  platform: 'linux/amd64',
  inFlight: 0,
  slots: 1,
  draining: false,
};
