import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { networkOf } from '../http/network-of.js';
import { storable } from '../storable.js';

/**
 * How long somebody waits who gave wrong passwords. Counted for a name from one address, so that a stranger cannot lock the owner out; for a
 * name from everywhere, with more patience; and for an address, whatever names it tries. A name's own count holds up nobody at an address that
 * its owner is signed in from: strangers who keep it waiting would otherwise keep the owner out.
 */
const kinds = [
  { kind: 'name-and-address', free: 5, longestSeconds: 900 },
  { kind: 'name', free: 30, longestSeconds: 60 },
  { kind: 'address', free: 60, longestSeconds: 900 },
] as const;

/** Failures are forgotten when there were none for so long, in seconds. */
const forgottenAfter = 86_400;

/** A try that may be made. */
export interface Attempt {
  /** Seconds to wait; undefined where the try may be made, and counts as a failure until it is forgiven. */
  readonly waitSeconds?: number;
  readonly keys: readonly Buffer[];
}

/** Wrong passwords, counted in the database, so that all instances count the same. Names that nobody has are counted like the others. */
@Injectable()
export class SignInFailures {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Counts a try before it is made, so that many at once are not more than many one after another. */
  async begin(username: string, address: string): Promise<Attempt> {
    const network = networkOf(address);
    const keys = [`${username}\0${network}`, username, `\0${network}`].map((text, at) =>
      createHash('sha256').update(`${kinds[at]!.kind}\0${text}`).digest(),
    );
    return this.dataSource.transaction(async (manager) => {
      await makeSureOf(manager, keys);
      const [both, name, from] = keys as [Buffer, Buffer, Buffer];
      const here = await longestWait(manager, [both, from]);
      const anywhere = await longestWait(manager, [name]);
      const waitSeconds =
        anywhere > here && !(await isSignedInFrom(manager, username, network)) ? anywhere : here;
      if (waitSeconds > 0) return { waitSeconds, keys };
      for (const [at, key] of keys.entries()) await count(manager, key, kinds[at]!);
      return { keys };
    });
  }

  /** It was the right one: the name starts afresh, the address is back to what it was before. */
  async forgive({ keys: [both, name, address] }: Attempt): Promise<void> {
    await this.dataSource.query('delete from sign_in_failures where key in ($1, $2)', [both, name]);
    await this.dataSource.query(
      'update sign_in_failures set failures = greatest(0, failures - 1), not_before = now() where key = $1',
      [address],
    );
  }

  /** What is so old that it means nothing any more. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query(
      `delete from sign_in_failures where last_at < now() - make_interval(secs => $1)`,
      [forgottenAfter],
    );
  }
}

/** In the order of their keys, which every transaction takes, so that none waits for one that waits for it. */
async function makeSureOf(manager: EntityManager, keys: readonly Buffer[]): Promise<void> {
  for (const key of keys.toSorted((a, b) => a.compare(b))) {
    await manager.query(
      `insert into sign_in_failures (key, failures, last_at, not_before) values ($1, 0, now(), now())
       on conflict (key) do update set failures = sign_in_failures.failures`,
      [key],
    );
  }
}

async function longestWait(manager: EntityManager, keys: readonly Buffer[]): Promise<number> {
  const [row] = await manager.query<{ seconds: number }[]>(
    `select coalesce(max(ceil(extract(epoch from not_before - clock_timestamp()))), 0)::int as seconds
     from sign_in_failures where key = any($1)`,
    [keys],
  );
  return Math.max(0, row!.seconds);
}

async function isSignedInFrom(manager: EntityManager, username: string, network: string): Promise<boolean> {
  const sessions = await manager.query<{ address: string }[]>(
    `select distinct s.address from sessions s join users u on u.id = s.user_id
     where u.username = $1 and s.address is not null and s.expires_at > now()`,
    [storable(username)],
  );
  return sessions.some(({ address }) => networkOf(address) === network);
}

/** The first `free` cost nothing, each further one twice the wait of the one before it, from a second on. */
async function count(
  manager: EntityManager,
  key: Buffer,
  { free, longestSeconds }: { free: number; longestSeconds: number },
): Promise<void> {
  await manager.query(
    `update sign_in_failures set
       failures = now_failed.failures,
       last_at = clock_timestamp(),
       not_before = clock_timestamp() + make_interval(secs =>
         case when now_failed.failures <= $2 then 0 else least($3, power(2, least(now_failed.failures - $2, 20) - 1)) end)
     from (
       select case when last_at < now() - make_interval(secs => $4) then 1 else failures + 1 end as failures
       from sign_in_failures where key = $1
     ) now_failed
     where key = $1`,
    [key, free, longestSeconds, forgottenAfter],
  );
}
