import type { Bundle } from '@chasqui/bundles';
import type { ChatMessage } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { readAsker } from '../people/who-sql.js';
import { RelayBoard } from '../relays/board.service.js';
import { buildCatalogue, type Catalogue } from './catalogue.js';
import type { Known } from './decide.js';

/**
 * Gathers what a decision looks at. Who asks and what they may do is read for every message, so a right that is taken away is gone
 * with the next line; bundles and relays are kept, and read again when their revision, read at the same time, has moved.
 */
@Injectable()
export class Lookup {
  private catalogue?: { readonly revision: string; readonly catalogue: Catalogue };

  constructor(
    private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  async for(message: ChatMessage, key: string): Promise<Known> {
    const { adapter, workspace, sender } = message;
    const trusted = this.config.trustedAdapters.includes(adapter);
    const [asker, revisions] = await Promise.all([
      readAsker(this.dataSource, { adapter, workspace, senderId: sender.id, trusted }),
      this.dataSource.query<{ of: string; revision: string }[]>('select of, revision::text from revisions'),
    ]);
    const revisionOf = (name: string) => revisions.find((row) => row.of === name)?.revision ?? '';
    const [catalogue] = await Promise.all([
      this.catalogueAt(revisionOf('bundles')),
      this.board.bringTo(revisionOf('relays')),
    ]);
    const now = Date.now();
    return {
      asker: asker && { ...asker, permissions: new Set(asker.permissions) },
      sender: { adapter, ...sender },
      catalogue,
      relays: this.board.views(now),
      now,
      key,
    };
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
