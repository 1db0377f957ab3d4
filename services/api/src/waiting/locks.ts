import { z } from 'zod';
import type { EntityManager } from 'typeorm';
import { LockHolder, toldHolder } from './execution-wait.js';
import { allStanding, readHolders, type Holding, type Standing } from './standing.js';

/** Who waits for a lock or a limit, in their order. */
const Waiting = z.object({
  runId: z.uuid(),
  username: z.string(),
  command: z.string(),
  position: z.number().int().describe('from 1'),
  until: z.iso.datetime().optional().describe('it is given up then'),
});

/** A lock, or the limit of a command, with who has it and who waits. */
export const Lock = z.object({
  kind: z
    .enum(['lock', 'limit'])
    .describe('`lock`: one at a time; `limit`: so many executions of one command at once as `most` says'),
  name: z.string().describe('the lock with its bundle, or the command'),
  most: z.number().int().optional().describe('of a limit, as those who wait know it'),
  holders: z.array(LockHolder),
  waiting: z.array(Waiting),
});
export type Lock = z.infer<typeof Lock>;

/** So many that wait are told at most. */
const mostTold = 1_000;

/** All locks and limits that somebody has or waits for, by their names. */
export async function readLocks(db: Pick<EntityManager, 'query'>, now: number): Promise<Lock[]> {
  const holders = await readHolders(db, undefined, now);
  const waiting = Map.groupBy(
    await allStanding(db, now, mostTold),
    ({ waitsFor, key }) => `${waitsFor} ${key}`,
  );
  const keys = [...new Set([...holders.keys(), ...waiting.keys()])].toSorted();
  return keys.map((key) => lockOf(key, holders.get(key) ?? [], waiting.get(key) ?? []));
}

function lockOf(key: string, holders: readonly Holding[], waiting: readonly Standing[]): Lock {
  const kind = key.startsWith('lock ') ? 'lock' : 'limit';
  const most = waiting[0]?.most;
  return {
    kind,
    name: key.slice(kind.length + 1),
    ...(most !== undefined && { most }),
    holders: holders.map(toldHolder),
    waiting: waiting.map(({ runId, username, command, position, until }) => ({
      runId,
      username,
      command,
      position,
      ...(until !== undefined && { until: new Date(until).toISOString() }),
    })),
  };
}
