import type { EntityManager } from 'typeorm';

/** What was lost may still run: until its own time has passed since it started or may have, and a little more for clocks and its last signals. Milliseconds. */
const lostGraceMs = 60_000;

/** SQL: until when a lost execution `e` keeps what it holds. */
export function lostUntil(e: string): string {
  return `(coalesce(${e}.started_at, ${e}.start_by) + (${e}.timeout_ms + ${lostGraceMs}) * interval '1 millisecond')`;
}

/** SQL: whether execution `e` holds what it needs, at `now` (SQL of milliseconds). What ended holds nothing, so nothing has to be given back. */
export function runs(e: string, now: string): string {
  return `(${e}.state in ('accepted', 'running') or ${e}.state = 'lost' and ${lostUntil(e)} > to_timestamp(${now} / 1000.0))`;
}

const open = `state in ('waiting', 'accepted', 'running', 'lost')`;

/** SQL: whether the lock that `e` waits for is free, and nobody waits for it who came before. Who waits for a limit has its lock already. */
function lockIsFree(now: string): string {
  return `not exists (select from executions f where f.lock_key = e.lock_key and f.${open} and f.id <> e.id
    and (${runs('f', now)} or f.state = 'waiting' and (f.waits_for = 'limit' or f.waits_for = 'lock' and f.place < e.place)))`;
}

/** SQL: whether the limit that `e` counts under leaves room for it and for all who came before. */
function limitHasRoom(now: string): string {
  return `(select count(*) from executions f where f.limit_key = e.limit_key and f.${open} and f.id <> e.id
    and (${runs('f', now)} or f.state = 'waiting' and f.waits_for = 'limit' and f.place < e.place)) < e.limit_most`;
}

/** SQL: whether something can be done about `e`, which waits for a lock or a limit. */
export function queueMoves(now: string): string {
  return `(e.place is null or e.waits_for = 'lock' and (e.lock_key is null or ${lockIsFree(now)})
    or e.waits_for = 'limit' and (e.limit_key is null or ${limitHasRoom(now)}))`;
}

/**
 * Moves the executions of one stage on in the queues they stand in, and answers those that have all that they need: they are to be ordered in
 * this transaction. First a lock is taken, and with it in hand a place under the limit is waited for, so that nobody waits for a limit who
 * could not run; and since nobody who holds a place waits for a lock, all of them end some day. To be called once in a transaction: it takes the
 * keys in their order, which keeps two of them from waiting for one another.
 */
export async function takeTurns(
  manager: EntityManager,
  runId: string,
  stage: number,
  now: number,
): Promise<readonly string[]> {
  const waiting = `run_id = $1 and stage = $2 and state = 'waiting' and waits_for in ('lock', 'limit')`;
  const keys = await manager.query<{ key: string }[]>(
    `select distinct key from executions, unnest(array['lock ' || lock_key, 'limit ' || limit_key]) key
     where ${waiting} and key is not null`,
    [runId, stage],
  );
  if (keys.length === 0) return [];
  for (const key of keys.map((row) => row.key).toSorted())
    await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
  await takePlaces(manager, runId, stage);
  await manager.query(
    `update executions e set waits_for = 'limit'
     where ${waiting} and waits_for = 'lock' and (lock_key is null or ${lockIsFree('$3')})`,
    [runId, stage, now],
  );
  const taken = await manager.query<{ id: string }[]>(
    `select id from executions e where ${waiting} and waits_for = 'limit' and (limit_key is null or ${limitHasRoom('$3')}) order by place`,
    [runId, stage, now],
  );
  return taken.map(({ id }) => id);
}

/** Puts what has begun to wait behind all that waits already. */
export async function takePlaces(manager: EntityManager, runId: string, stage: number): Promise<void> {
  await manager.query(
    `update executions set place = given.place
     from (select id, nextval('execution_places') as place from (
         select id from executions
         where run_id = $1 and stage = $2 and state = 'waiting' and waits_for in ('lock', 'limit', 'relay') and place is null order by item
       ) newcomers) given
     where executions.id = given.id`,
    [runId, stage],
  );
}
