import { adapterKeysOf, readAdapterToken, type AdapterKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Credentials } from '../credentials/credentials.service.js';
import { KeyRing } from '../credentials/key-ring.js';
import { CONFIG } from '../parts.js';
import { readAfter } from '../read-after.js';

/** What is known of an adapter. Times in milliseconds since the epoch. */
export interface KnownAdapter {
  readonly name: string;
  /** The only ones it may speak for; none means any. */
  readonly workspaces: readonly string[];
  readonly createdAt: number;
  readonly revokedAt?: number;
  readonly rejectedAt?: number;
  readonly ring: KeyRing<AdapterKeys>;
  /** Part of this process: its keys were made by the process itself, and stand in no database. */
  readonly local?: true;
}

interface Row {
  readonly name: string;
  readonly workspaces: string[];
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly rejected_at: Date | null;
}

/** How often it is written down that somebody speaks in an adapter's name without its token, at most, in milliseconds. */
const rejectedEveryMs = 60_000;

/** What this instance knows of every adapter. A copy, never the truth: read again whenever its revision moved. */
@Injectable()
export class AdapterBoard {
  private known = new Map<string, KnownAdapter>();
  private local?: Promise<KnownAdapter[]>;
  private revision = '';

  constructor(
    private readonly dataSource: DataSource,
    private readonly credentials: Credentials,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Reads the rows again if their revision is not the one known here. */
  async bringTo(revision: string): Promise<void> {
    if (revision !== this.revision) await this.load();
  }

  /** Reads all rows as they are now. */
  readonly load = readAfter(() => this.readRows());

  get(name: string): KnownAdapter | undefined {
    return this.known.get(name);
  }

  /** The adapter of this name; asks the database where it is not known here, because another instance may have made it just now. */
  async find(name: string): Promise<KnownAdapter | undefined> {
    if (!this.known.has(name)) await this.bringTo(await this.readRevision());
    return this.known.get(name);
  }

  all(): KnownAdapter[] {
    return [...this.known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Something in its name did not open. */
  async rejected(name: string, now: number): Promise<void> {
    const adapter = this.known.get(name);
    if (!adapter || adapter.local || now - (adapter.rejectedAt ?? 0) < rejectedEveryMs) return;
    this.known.set(name, { ...adapter, rejectedAt: now });
    await this.dataSource.query(
      'update adapters set rejected_at = to_timestamp($2 / 1000.0) where name = $1',
      [name, now],
    );
  }

  private async readRevision(): Promise<string> {
    const [row] = await this.dataSource.query<{ revision: string }[]>(
      `select revision from revisions where of = 'adapters'`,
    );
    return String(row!.revision);
  }

  private async readRows(): Promise<void> {
    this.local ??= Promise.all((this.config.localAdapters ?? []).map(localAdapter));
    const revision = await this.readRevision();
    const rows = await this.dataSource.query<Row[]>('select * from adapters');
    const held = await this.credentials.read('adapter', adapterKeysOf);
    const ringOf = (name: string) => new KeyRing(name, held.get(name) ?? [], this.known.get(name)?.ring);
    const known = rows.map((row): KnownAdapter => ({
      name: row.name,
      workspaces: row.workspaces,
      createdAt: row.created_at.getTime(),
      revokedAt: row.revoked_at?.getTime(),
      rejectedAt: row.rejected_at?.getTime(),
      ring: ringOf(row.name),
    }));
    this.known = new Map([...known, ...(await this.local)].map((adapter) => [adapter.name, adapter]));
    this.revision = revision;
  }
}

async function localAdapter(token: string): Promise<KnownAdapter> {
  const { adapter: name, secret } = readAdapterToken(token)!;
  const createdAt = Date.now();
  const ring = new KeyRing(name, [{ n: 1, keys: await adapterKeysOf(name, secret), createdAt }]);
  return { name, workspaces: [], createdAt, ring, local: true };
}
