import { createHash } from 'node:crypto';
import { decryptAtRest, encryptAtRest } from '@chasqui/sealing';
import { SettingsError } from '@chasqui/settings';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import type { Held } from './key-ring.js';

export type CredentialOf = 'relay' | 'adapter';

/** How often the database is told that a token is in use, at most, in milliseconds. */
const tellUseEveryMs = 60_000;

interface Row {
  readonly name: string;
  readonly n: number;
  readonly secret: string;
  readonly created_at: Date;
  readonly until: Date | null;
  readonly used_since: Date | null;
  readonly used_at: Date | null;
}

/** The tokens of relays and adapters in the database: made, exchanged, taken away. What a secret is, only its owner and the encrypted row know. */
@Injectable()
export class Credentials {
  private readonly toldAt = new Map<string, number>();
  /** What was made of each secret when all were last read, by whose it is and how it stands in the database. */
  private readonly made: Record<CredentialOf, ReadonlyMap<string, unknown>> = {
    relay: new Map(),
    adapter: new Map(),
  };

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** One more token of that name, beside those there are. */
  async add(manager: EntityManager, of: CredentialOf, name: string, secret: Uint8Array): Promise<void> {
    await manager.query(
      `insert into credentials (of, name, n, secret)
       select $1, $2, coalesce(max(n), 0) + 1, $3 from credentials where of = $1 and name = $2`,
      [of, name, encryptAtRest(secret, secretKeysOf(this.config))],
    );
  }

  /** A token in the place of those there are, which go on for `overlapMs`; not longer than they would have. */
  async exchange(
    manager: EntityManager,
    of: CredentialOf,
    name: string,
    secret: Uint8Array,
    overlapMs: number,
  ): Promise<void> {
    await manager.query('delete from credentials where of = $1 and name = $2 and until <= now()', [of, name]);
    await manager.query(
      `update credentials set until = least(until, now() + $3 * interval '1 millisecond') where of = $1 and name = $2`,
      [of, name, overlapMs],
    );
    await this.add(manager, of, name, secret);
  }

  /** Takes all of them away, for good: none of these tokens is taken again, whatever list it stands in. */
  async revoke(manager: EntityManager, of: CredentialOf, name: string): Promise<void> {
    const rows = await manager.query<Pick<Row, 'secret'>[]>(
      'with gone as (delete from credentials where of = $1 and name = $2 returning secret) select secret from gone',
      [of, name],
    );
    const marks = rows.flatMap(({ secret }) => {
      const plain = decryptAtRest(secret, secretKeysOf(this.config));
      return plain ? [markOf(plain)] : [];
    });
    await manager.query(
      'insert into revoked_tokens (mark, of, name) select unnest($1::bytea[]), $2, $3 on conflict do nothing',
      [marks, of, name],
    );
  }

  async forget(manager: EntityManager, of: CredentialOf, name: string): Promise<void> {
    await manager.query('delete from credentials where of = $1 and name = $2', [of, name]);
  }

  async isRevoked(secret: Uint8Array): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>('select from revoked_tokens where mark = $1', [
      markOf(secret),
    ]);
    return rows.length > 0;
  }

  /**
   * All there are, by name. Keys are made of a secret once, for as long as it is there: with a thousand relays that takes a while, and all of
   * them are read again whenever one of them changes.
   * @throws SettingsError where they were stored with a key that is not there
   */
  async read<K>(
    of: CredentialOf,
    keysOf: (name: string, secret: Uint8Array) => Promise<K>,
  ): Promise<Map<string, Held<K>[]>> {
    const rows = await this.dataSource.query<Row[]>('select * from credentials where of = $1', [of]);
    const byName = new Map<string, Held<K>[]>();
    const made = new Map<string, K>();
    for (const row of rows) {
      const whose = `${row.name} ${row.secret}`;
      const before = this.made[of].get(whose) as K | undefined;
      const keys = before ?? (await keysOf(row.name, this.secretOf(of, row)));
      made.set(whose, keys);
      byName.set(row.name, [...(byName.get(row.name) ?? []), { ...timesOf(row), n: row.n, keys }]);
    }
    this.made[of] = made;
    return byName;
  }

  /** Notes that a token is used, now and then; nobody waits for it. */
  used(of: CredentialOf, name: string, { n, usedSince }: Held<unknown>, now: number): void {
    const key = `${of} ${name} ${n}`;
    if (usedSince !== undefined && now - (this.toldAt.get(key) ?? 0) < tellUseEveryMs) return;
    this.toldAt.set(key, now);
    this.dataSource
      .query(
        `update credentials set used_at = to_timestamp($4 / 1000.0), used_since = coalesce(used_since, to_timestamp($4 / 1000.0))
         where of = $1 and name = $2 and n = $3`,
        [of, name, n, now],
      )
      // The next use tells it again.
      .catch(() => this.toldAt.delete(key));
  }

  private secretOf(of: CredentialOf, { name, secret }: Row): Buffer {
    const plain = decryptAtRest(secret, secretKeysOf(this.config));
    if (plain) return plain;
    throw new SettingsError([
      `CHASQUI_SECRET_KEY: the token of ${of} ${name} was stored with another one; give that, here or in CHASQUI_PREVIOUS_SECRET_KEYS, or delete and create the ${of}`,
    ]);
  }
}

function markOf(secret: Uint8Array): Buffer {
  return createHash('sha256').update('chasqui token ').update(secret).digest();
}

function timesOf(row: Row) {
  return {
    createdAt: row.created_at.getTime(),
    until: row.until?.getTime(),
    usedSince: row.used_since?.getTime(),
    usedAt: row.used_at?.getTime(),
  };
}
