import type { Heartbeat } from '@chasqui/contracts';
import { makeRelayToken, readRelayToken } from '@chasqui/sealing';
import { doorTo, freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configWith } from '../api-world.fixture.js';
import { Credentials } from '../credentials/credentials.service.js';
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
    const credentials = new Credentials(dataSource, config);
    const { secret } = readRelayToken(makeRelayToken('fra-1'))!;
    await dataSource.query(`insert into relays (name) values ('fra-1')`);
    await credentials.add(dataSource.manager, 'relay', 'fra-1', secret);
    const board = new RelayBoard(dataSource, credentials, config);
    await board.load();
    await door.shut();
    board.heard(beat(1_000_000), 1_000_000);
    expect(board.get('fra-1')).toMatchObject({ lastSeenAt: 1_000_000, heartbeat: beat(1_000_000) });
    await door.open();
    board.heard(beat(1_000_100), 1_000_100);
    await board.onApplicationShutdown();
    const [row] = await dataSource.query(`select last_seen_at from relays`);
    expect(row.last_seen_at.getTime()).toBe(1_000_100);
  });

  it('takes a heartbeat for what it shows: that its relay lived when it was sent', async () => {
    const { dataSource } = world;
    const board = new RelayBoard(dataSource, new Credentials(dataSource, config), config);
    await board.load();
    const seen = () => board.get('fra-1')!.lastSeenAt;
    expect(board.heard(beat(2_000_000), 2_000_500)).toBe('alive');
    expect(seen()).toBe(2_000_000);
    // Brought again, by the broker or by somebody.
    expect(board.heard(beat(2_000_000), 2_060_000)).toBe('repeated');
    expect(board.heard(beat(1_900_000), 2_060_000)).toBe('repeated');
    // The first of a process asks what time it is, and shows nothing: it could be from any time.
    expect(board.heard({ ...heartbeat, nonce: 'n' }, 2_060_000)).toBe('unproven');
    expect(board.heard(heartbeat, 2_060_000)).toBe('unproven');
    expect(seen()).toBe(2_000_000);
    // A relay that reckons wrongly is not taken to live in the future.
    expect(board.heard(beat(9_000_000), 2_060_000)).toBe('alive');
    expect(seen()).toBe(2_060_000);
  });

  it('believes a relay from before heartbeats told the time', async () => {
    const { dataSource } = world;
    await dataSource.query(`update relays set heartbeat = null, last_seen_at = null`);
    const board = new RelayBoard(dataSource, new Credentials(dataSource, config), config);
    await board.load();
    expect(board.heard({ ...heartbeat, sentAt: 10 }, 3_000_000)).toBe('alive');
    expect(board.heard({ ...heartbeat, sentAt: 20 }, 3_005_000)).toBe('alive');
    expect(board.heard({ ...heartbeat, sentAt: 20 }, 3_010_000)).toBe('unproven');
  });
});

const beat = (at: number): Heartbeat => ({ ...heartbeat, at });

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
