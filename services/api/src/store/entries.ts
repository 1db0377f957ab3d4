import type { DataSource, EntityManager } from 'typeorm';
import { storeProblems } from './store-problems.js';
import type { StoreLimits } from './store-limits.js';

export const scopes = ['bundle', 'channel', 'user'] as const;
export type Scope = (typeof scopes)[number];

/** Where entries stand: a bundle's own, in a channel (by its key), or for a user (by id). */
export interface Shelf {
  readonly bundle: string;
  readonly scope: Scope;
  /** Empty in the scope `bundle`. */
  readonly owner: string;
}

export interface EntryValue {
  readonly type: 'json' | 'text';
  readonly value: Buffer;
}

export interface EntryFacts {
  readonly key: string;
  readonly type: 'json' | 'text';
  readonly bytes: number;
  /** Never the same for two writes. */
  readonly version: string;
  readonly changedAt: Date;
  readonly changedByRun: string;
  readonly expiresAt: Date | null;
}
export type Entry = EntryFacts & EntryValue;

/** What must hold for a write: the entry is at this version, is there, or is not there. */
export type Condition = { readonly version: string } | 'there' | 'not-there';

const facts = `key, type, length(value) as bytes, version::text as version, changed_at as "changedAt",
  changed_by_run as "changedByRun", expires_at as "expiresAt"`;
const onShelf = 'bundle = $1 and scope = $2 and owner = $3';
const alive = '(expires_at is null or expires_at > now())';

/** An entry; undefined where there is none, or its time is over. */
export async function readEntry(
  db: Pick<DataSource, 'query'>,
  shelf: Shelf,
  key: string,
): Promise<Entry | undefined> {
  const [row] = await db.query<Entry[]>(
    `select ${facts}, value from store_entries where ${onShelf} and key = $4 and ${alive}`,
    [...valuesOf(shelf), key],
  );
  // The embedded database gives bytes that are no Buffer, and print as numbers.
  return row && { ...row, value: Buffer.from(row.value) };
}

/** Entries whose keys begin so, in the order of their keys, from the one behind `after` on. */
export async function listEntries(
  db: Pick<DataSource, 'query'>,
  shelf: Shelf,
  { prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number },
): Promise<EntryFacts[]> {
  return db.query(
    `select ${facts} from store_entries
     where ${onShelf} and starts_with(key, $4) and key >= $4 and key > $5 and ${alive} order by key limit $6`,
    [...valuesOf(shelf), prefix, after, limit],
  );
}

/** Writes an entry, unless the condition does not hold (412), or the bundle would keep more than it may (409). */
export function writeEntry(
  dataSource: DataSource,
  shelf: Shelf,
  key: string,
  { type, value, ttlMs, runId }: EntryValue & { readonly ttlMs?: number | undefined; readonly runId: string },
  condition: Condition | undefined,
  limits: StoreLimits,
): Promise<EntryFacts> {
  if (value.length > limits.valueBytes) throw storeProblems.tooLarge(value.length, limits.valueBytes);
  return dataSource.transaction(async (manager) => {
    const usage = await lockUsage(manager, shelf.bundle);
    const before = await standing(manager, shelf, key, condition);
    const entries = usage.entries + (before.bytes === undefined ? 1 : 0);
    const bytes = usage.bytes + value.length - (before.bytes ?? 0);
    if (entries > limits.entries && before.bytes === undefined)
      throw storeProblems.full(shelf.bundle, 'entries', limits.entries);
    if (bytes > limits.bytes && bytes > usage.bytes)
      throw storeProblems.full(shelf.bundle, 'bytes', limits.bytes);
    const [written] = await manager.query<EntryFacts[]>(
      `insert into store_entries (bundle, scope, owner, key, type, value, changed_by_run, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + $8::bigint * interval '1 millisecond')
       on conflict (bundle, scope, owner, key) do update
       set type = $5, value = $6, changed_by_run = $7, expires_at = excluded.expires_at, version = excluded.version, changed_at = now()
       returning ${facts}`,
      [...valuesOf(shelf), key, type, value, runId, ttlMs ?? null],
    );
    await setUsage(manager, shelf.bundle, { entries, bytes });
    return written!;
  });
}

/** Deletes an entry. Answers whether it was there. */
export function deleteEntry(
  dataSource: DataSource,
  shelf: Shelf,
  key: string,
  condition?: Condition,
): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    const usage = await lockUsage(manager, shelf.bundle);
    const before = await standing(manager, shelf, key, condition);
    if (before.bytes === undefined) return false;
    await manager.query(`delete from store_entries where ${onShelf} and key = $4`, [...valuesOf(shelf), key]);
    await setUsage(manager, shelf.bundle, { entries: usage.entries - 1, bytes: usage.bytes - before.bytes });
    return before.version !== undefined;
  });
}

/** Deletes what is past its time, a bundle at a time. Answers how many entries went. */
export async function deleteExpired(dataSource: DataSource): Promise<number> {
  const bundles = await dataSource.query<{ bundle: string }[]>(
    'select distinct bundle from store_entries where expires_at <= now()',
  );
  let gone = 0;
  for (const { bundle } of bundles) {
    gone += await dataSource.transaction(async (manager) => {
      const usage = await lockUsage(manager, bundle);
      const [deleted] = await manager.query<{ entries: string; bytes: string }[]>(
        `with gone as (delete from store_entries where bundle = $1 and expires_at <= now() returning length(value) as bytes)
         select count(*) as entries, coalesce(sum(bytes), 0) as bytes from gone`,
        [bundle],
      );
      const entries = Number(deleted!.entries);
      await setUsage(manager, bundle, {
        entries: usage.entries - entries,
        bytes: usage.bytes - Number(deleted!.bytes),
      });
      return entries;
    });
  }
  return gone;
}

interface Usage {
  readonly entries: number;
  readonly bytes: number;
}

/** Whoever writes holds this row, so that of two writers the second sees what the first has written. */
async function lockUsage(manager: EntityManager, bundle: string): Promise<Usage> {
  await manager.query('insert into store_usage values ($1, 0, 0) on conflict do nothing', [bundle]);
  const [row] = await manager.query<{ entries: string; bytes: string }[]>(
    'select entries, bytes from store_usage where bundle = $1 for update',
    [bundle],
  );
  return { entries: Number(row!.entries), bytes: Number(row!.bytes) };
}

async function setUsage(manager: EntityManager, bundle: string, { entries, bytes }: Usage): Promise<void> {
  await manager.query('update store_usage set entries = $2, bytes = $3 where bundle = $1', [
    bundle,
    entries,
    bytes,
  ]);
}

/** What is there now: how many bytes the row has, and its version if its time is not over. @throws Problem 412 if the condition does not hold */
async function standing(
  manager: EntityManager,
  shelf: Shelf,
  key: string,
  condition: Condition | undefined,
): Promise<{ bytes?: number; version?: string }> {
  const [row] = await manager.query<{ bytes: number; version: string | null }[]>(
    `select length(value) as bytes, case when ${alive} then version::text end as version
     from store_entries where ${onShelf} and key = $4`,
    [...valuesOf(shelf), key],
  );
  const version = row?.version ?? undefined;
  const holds =
    condition === undefined ||
    (condition === 'there' && version !== undefined) ||
    (condition === 'not-there' && version === undefined) ||
    (typeof condition === 'object' && condition.version === version);
  if (!holds) throw storeProblems.changed(key, version);
  return { ...(row && { bytes: row.bytes }), ...(version !== undefined && { version }) };
}

function valuesOf({ bundle, scope, owner }: Shelf): string[] {
  return [bundle, scope, owner];
}
