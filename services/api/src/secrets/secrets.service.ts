import { decryptAtRest, encryptAtRest, keyFor, type SecretKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { encryptedColumns, type EncryptedColumn, type EncryptedRow } from './encrypted-columns.js';
import { secretKeysOf } from './secret-keys.js';

/** How many secrets of one kind are encrypted with one key. */
export interface SecretCount {
  readonly of: string;
  /** The key's id; `v1` for those from before keys had ids. */
  readonly key: string;
  readonly count: number;
}

export interface Batch {
  readonly reencrypted: number;
  /** Those that none of the keys opens, so that they stay as they are. */
  readonly unreadable: readonly { readonly of: string; readonly row: string }[];
  /** Where to go on; absent at the end. */
  readonly next?: string;
}

/** What the secret key encrypted in the database: how much with which key, and all of it anew with the current one, while everything goes on. */
@Injectable()
export class Secrets {
  private readonly keys: SecretKeys;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.keys = secretKeysOf(config);
  }

  /** The ids of the keys that this instance has; the current one first. */
  keyIds(): string[] {
    return this.keys.all.map(({ id }) => id);
  }

  async counts(): Promise<SecretCount[]> {
    const counts: SecretCount[] = [];
    for (const one of encryptedColumns) {
      const rows = await this.dataSource.query<{ key: string; count: number }[]>(
        `select coalesce(found[2], 'v1') as key, count(*)::int as count
         from ${one.table}, regexp_matches(${one.column}::text, $1, 'g') found
         where ${one.where ?? 'true'} group by 1 order by 1`,
        [`${one.before ?? '^'}(v1|v2\\.([A-Za-z0-9_-]{8}))\\.`],
      );
      counts.push(...rows.map((row) => ({ of: one.of, ...row })));
    }
    return counts;
  }

  /**
   * Encrypts some secrets anew that are not encrypted with the current key. A row that somebody changes meanwhile is let be: it is new.
   * @param after the `next` of the batch before
   */
  async reencrypt(limit: number, after?: string): Promise<Batch> {
    const [from, id] = splitCursor(after);
    const unreadable: { of: string; row: string }[] = [];
    let reencrypted = 0;
    for (const [index, one] of encryptedColumns.entries()) {
      if (index < from) continue;
      const rows = await this.stale(one, limit - reencrypted - unreadable.length, index === from ? id : '');
      for (const row of rows) {
        const again = this.again(one, row);
        if (again === undefined) unreadable.push({ of: one.of, row: row['row']! });
        else if (await this.replace(one, row, again)) reencrypted += 1;
      }
      if (rows.length > 0 && reencrypted + unreadable.length >= limit)
        return { reencrypted, unreadable, next: `${index}:${rows.at(-1)!['row']}` };
    }
    return { reencrypted, unreadable };
  }

  private stale(one: EncryptedColumn, limit: number, after: string): Promise<EncryptedRow[]> {
    const row = rowOf(one);
    return this.dataSource.query(
      `select ${one.key.map((column) => `${column}::text as "${column}"`).join(', ')}, ${one.column} as kept, ${row} as "row"
       from ${one.table} where (${one.where ?? 'true'}) and ${one.column}::text ~ $1 and ${row} > $2 collate "C"
       order by ${row} limit $3`,
      [`${one.before ?? '^'}(v1|v2\\.(?!${this.keys.current.id}))`, after, limit],
    );
  }

  /** The column encrypted with the current key; undefined where a secret in it does not open. */
  private again(one: EncryptedColumn, row: EncryptedRow): string | undefined {
    const keys = one.purpose === undefined ? this.keys : keyFor(one.purpose, this.keys);
    let opened = true;
    const value = one.again(row, (text, place) => {
      const plain = decryptAtRest(text, keys, place);
      opened &&= plain !== undefined;
      return plain ? encryptAtRest(plain, keys, place) : text;
    });
    if (!opened) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  private async replace(one: EncryptedColumn, row: EncryptedRow, again: string): Promise<boolean> {
    const type = typeof row.kept === 'string' ? 'text' : 'jsonb';
    const kept = typeof row.kept === 'string' ? row.kept : JSON.stringify(row.kept);
    const [, changed] = await this.dataSource.query<[unknown, number]>(
      `update ${one.table} set ${one.column} = $1::${type} where ${rowOf(one)} = $2 and ${one.column} = $3::${type}`,
      [again, row['row'], kept],
    );
    return changed > 0;
  }
}

/** SQL: a text that names the row, for nobody to read but us. */
function rowOf({ key }: EncryptedColumn): string {
  return `concat_ws(' ', ${key.map((column) => `${column}::text`).join(', ')}) collate "C"`;
}

function splitCursor(after: string | undefined): [number, string] {
  const [, index = '0', row = ''] = /^(\d+):(.*)$/s.exec(after ?? '') ?? [];
  return [Number(index), row];
}
