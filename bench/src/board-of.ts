import { RelayBoard } from '@chasqui/api/relays/board.service';
import type { Heartbeat } from '@chasqui/contracts';
import { keysOf, makeRelayToken, readRelayToken, type RelayKeys } from '@chasqui/sealing';

/** A board that has read so many relays, each with a token of its own, from a database that takes no time. */
export async function boardOf(relays: number, now: number): Promise<RelayBoard> {
  const rows = Array.from({ length: relays }, (_, index) => ({
    name: nameOf(index),
    tags: tagsOf(index),
    disabled: false,
    created_at: new Date(now),
    last_seen_at: null,
    heartbeat: null,
  }));
  const query = async (asked: unknown) => {
    const sql = String(asked);
    return sql.includes('revisions') ? [{ revision: '1' }] : sql.startsWith('select') ? rows : [];
  };
  const held = new Map<string, { n: number; keys: RelayKeys; createdAt: number }[]>();
  for (const { name } of rows) held.set(name, [{ n: 1, keys: await newKeys(name), createdAt: now }]);
  const timing = { offlineAfterMs: 45_000, suspectAfterMs: 15_000 };
  const parts = [{ query }, { read: async () => held }, { timing }];
  const board = new RelayBoard(...(parts as unknown as ConstructorParameters<typeof RelayBoard>));
  await board.load();
  return board;
}

/** What the relay of this number says of itself. */
export function heartbeatOf(index: number, at: number): Heartbeat {
  return {
    kind: 'heartbeat',
    relay: nameOf(index),
    instance: '01990000-0000-7000-8000-000000000000',
    version: '0.1.0',
    startedAt: 0,
    sentAt: at,
    at,
    tags: [],
    drivers: ['process'],
    platform: 'linux/amd64',
    inFlight: index % 7,
    slots: 8,
    draining: false,
    clockOffsetMs: 0,
  };
}

export function nameOf(index: number): string {
  return `relay-${String(index).padStart(5, '0')}`;
}

function tagsOf(index: number): string[] {
  return [`dc=dc${index % 20}`, `rack=r${index % 400}`, 'os=linux', ...(index % 10 === 0 ? ['gpu'] : [])];
}

function newKeys(name: string): Promise<RelayKeys> {
  return keysOf(name, readRelayToken(makeRelayToken(name))!.secret);
}
