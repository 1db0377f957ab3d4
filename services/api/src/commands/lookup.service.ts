import type { Bundle } from '@chasqui/bundles';
import type { ChatMessage } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { askerQuery, type AskerKey, type KnownAsker } from '../people/who-sql.js';
import { prepared, type Statement } from '../prepared.js';
import { RelayBoard } from '../relays/board.service.js';
import { buildCatalogue, type Catalogue } from './catalogue.js';
import type { Known } from './known.js';

/** Who asks (an `id` that is null where nobody knows them), and the revisions of what is kept in memory. */
type Read = { readonly bundles: string; readonly relays: string } & (
  KnownAsker | { readonly [K in keyof KnownAsker]: null }
);

const revisions = `select max(revision) filter (where of = 'bundles') as bundles, max(revision) filter (where of = 'relays') as relays from revisions`;

/**
 * Gathers what a decision looks at. Who asks and what they may do is read for every message, so a right that is taken away is gone
 * with the next line; bundles and relays are kept, and read again when their revision, read at the same time, has moved.
 */
@Injectable()
export class Lookup {
  private readonly statements = new Map<string, Statement>();
  private catalogue?: { readonly revision: string; readonly catalogue: Catalogue };

  constructor(
    private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  async for(message: ChatMessage, key: string): Promise<Known> {
    const { adapter, workspace, sender } = message;
    const trusted = this.config.trustedAdapters.includes(adapter);
    const read = await this.read({ adapter, workspace, senderId: sender.id, trusted });
    const [catalogue] = await Promise.all([this.catalogueAt(read.bundles), this.board.bringTo(read.relays)]);
    const now = Date.now();
    return {
      asker: read.id === null ? undefined : { ...read, permissions: new Set(read.permissions) },
      sender: { adapter, ...(workspace && { workspace }), ...sender },
      catalogue,
      relays: this.board.views(now),
      now,
      key,
    };
  }

  /** The one read. */
  private async read(key: AskerKey): Promise<Read> {
    const { kind, sql, values } = askerQuery(key);
    let statement = this.statements.get(kind);
    if (!statement) {
      statement = prepared(
        `lookup ${kind}`,
        `select r.bundles, r.relays, asker.* from (${revisions}) r left join lateral (${sql}) asker on true`,
      );
      this.statements.set(kind, statement);
    }
    const [read] = await statement<Read>(this.dataSource, values);
    return read!;
  }

  private async catalogueAt(revision: string): Promise<Catalogue> {
    if (this.catalogue?.revision !== revision) {
      const rows: { content: Bundle }[] = await this.dataSource.query(
        'select content from bundles where enabled order by name',
      );
      this.catalogue = { revision, catalogue: buildCatalogue(rows.map((row) => row.content)) };
    }
    return this.catalogue.catalogue;
  }
}
