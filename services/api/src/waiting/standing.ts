import type { EntityManager } from 'typeorm';
import type { KeptNeed } from './queued-of.js';
import { lostUntil, runs } from './queues.js';

/** Whoever holds a lock, or runs under a limit. Times in milliseconds since the epoch. */
export interface Holding {
  readonly executionId: string;
  readonly runId: string;
  readonly username: string;
  readonly command: string;
  readonly since?: number;
  /** Its relay fell silent: until then it keeps what it holds, unless its truth comes before. */
  readonly lostUntil?: number;
}

/** An execution that waits for a lock, a limit or a relay, and where it stands. Times in milliseconds since the epoch. */
export interface Standing {
  readonly executionId: string;
  readonly runId: string;
  readonly username: string;
  readonly command: string;
  readonly waitsFor: 'lock' | 'limit' | 'relay';
  /** From 1. */
  readonly position: number;
  readonly until?: number;
  /** The name of the lock, or of the command that is limited; of a relay what it has to match. */
  readonly key: string;
  readonly most?: number;
  readonly holders: readonly Holding[];
  /** What it asks of a relay. */
  readonly need: KeptNeed;
}

type Database = Pick<EntityManager, 'query'>;

/** Where the executions of one run stand that wait; in their order. */
export function standingOf(db: Database, runId: string, now: number): Promise<readonly Standing[]> {
  return read(db, 'e.run_id = $1', [runId], now);
}

/** All that wait for a lock or a limit, by its key and then in their order. */
export function allStanding(db: Database, now: number, most: number): Promise<readonly Standing[]> {
  return read(db, `$1::text is null and e.waits_for in ('lock', 'limit')`, [null], now, most);
}

const stageOf = (e: string, r: string) => `(${r}.plan -> 'stages' -> ${e}.stage)`;
const keyOf = (e: string, r: string) =>
  `case ${e}.waits_for when 'lock' then coalesce(${e}.lock_key, ${e}.limit_key) when 'limit' then ${e}.limit_key else ${stageOf(e, r)} ->> 'selector' end`;
const commandOf = (e: string, r: string) =>
  `coalesce(${stageOf(e, r)} -> 'bundle' ->> 'name' || ':' || (${stageOf(e, r)} -> 'command' ->> 'name'), ${r}.bundle || ':' || ${r}.command, '')`;

async function read(
  db: Database,
  where: string,
  values: readonly unknown[],
  now: number,
  most = 1_000,
): Promise<readonly Standing[]> {
  const rows = await db.query<Row[]>(
    `with waiting as (
       select e.id, e.run_id, e.item, e.place, e.give_up_at, e.limit_most, coalesce(r.username, '') as username, ${commandOf('e', 'r')} as command,
         case when e.waits_for = 'lock' and e.lock_key is null then 'limit' else e.waits_for end as waits_for, ${keyOf('e', 'r')} as key,
         ${stageOf('e', 'r')} ->> 'selector' as selector, ${stageOf('e', 'r')} -> 'command' ->> 'image' as image, ${stageOf('e', 'r')} -> 'command' -> 'platforms' as platforms
       from executions e join runs r on r.id = e.run_id where e.state = 'waiting' and e.waits_for in ('lock', 'limit', 'relay')
     ), queued as (
       select *, row_number() over (partition by waits_for, key order by place nulls last, id)::int as position from waiting
     )
     select * from queued e where ${where} order by waits_for, key, position limit ${most}`,
    [...values],
  );
  const holders = await readHolders(db, [...new Set(rows.map(({ key }) => key))], now);
  return rows.map((row) => ({
    executionId: row.id,
    runId: row.run_id,
    username: row.username,
    command: row.command,
    waitsFor: row.waits_for,
    position: row.position,
    ...(row.give_up_at && { until: row.give_up_at.getTime() }),
    key: row.key,
    ...(row.waits_for === 'limit' && { most: row.limit_most! }),
    holders: holders.get(`${row.waits_for} ${row.key}`) ?? [],
    need: { selector: row.selector, image: row.image, platforms: row.platforms },
  }));
}

/** Who holds these keys, by what kind of key it is and its name; without keys all that are held. */
export async function readHolders(
  db: Database,
  keys: readonly string[] | undefined,
  now: number,
): Promise<ReadonlyMap<string, readonly Holding[]>> {
  const rows = await db.query<HolderRow[]>(
    `select h.kind, h.key, e.id, e.run_id, coalesce(r.username, '') as username, ${commandOf('e', 'r')} as command, e.started_at,
       case when e.state = 'lost' then ${lostUntil('e')} end as lost_until
     from executions e join runs r on r.id = e.run_id
       cross join lateral (values ('lock', e.lock_key), ('limit', e.limit_key)) h (kind, key)
     where h.key is not null and e.state in ('waiting', 'accepted', 'running', 'lost') and ($1::text[] is null or h.key = any($1))
       and (e.lock_key is not null or e.limit_key is not null)
       and (${runs('e', '$2')} or h.kind = 'lock' and e.state = 'waiting' and e.waits_for = 'limit')
     order by h.kind, h.key, e.started_at nulls last, e.id limit 1000`,
    [keys ?? null, now],
  );
  const holdings = rows.map((row): [string, Holding] => [
    `${row.kind} ${row.key}`,
    {
      executionId: row.id,
      runId: row.run_id,
      username: row.username,
      command: row.command,
      ...(row.started_at && { since: row.started_at.getTime() }),
      ...(row.lost_until && { lostUntil: row.lost_until.getTime() }),
    },
  ]);
  return new Map(
    [...Map.groupBy(holdings, ([key]) => key)].map(([key, all]) => [key, all.map(([, one]) => one)]),
  );
}

interface Row extends KeptNeed {
  readonly id: string;
  readonly run_id: string;
  readonly username: string;
  readonly command: string;
  readonly waits_for: Standing['waitsFor'];
  readonly position: number;
  readonly give_up_at: Date | null;
  readonly limit_most: number | null;
  readonly key: string;
}

interface HolderRow {
  readonly kind: 'lock' | 'limit';
  readonly key: string;
  readonly id: string;
  readonly run_id: string;
  readonly username: string;
  readonly command: string;
  readonly started_at: Date | null;
  readonly lost_until: Date | null;
}
