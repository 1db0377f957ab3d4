import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readPolicy } from './read-policy.js';
import type { SitePolicy } from './site-policy.js';

/** What operators laid down for the site, for the command path: kept in memory, and read again when its revision has moved. */
@Injectable()
export class SitePolicies {
  private known?: { readonly revision: bigint; readonly policy: Promise<SitePolicy> };

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** As of this revision of `site_rules`, or a later one. */
  at(revision: string, manager: Pick<EntityManager, 'query'> = this.dataSource.manager): Promise<SitePolicy> {
    const asked = BigInt(revision);
    if (this.known && this.known.revision >= asked) return this.known.policy;
    const policy = readPolicy(manager);
    this.known = { revision: asked, policy };
    policy.catch(() => {
      if (this.known?.policy === policy) this.known = undefined;
    });
    return policy;
  }

  /** As it was with the last line, without asking whether it has changed since. */
  lately(): Promise<SitePolicy> {
    return this.known?.policy ?? this.read(this.dataSource.manager);
  }

  /** As it is now; by the `manager` of a transaction, which would otherwise wait for a connection of its own. */
  async read(manager: Pick<EntityManager, 'query'>): Promise<SitePolicy> {
    const [row] = await manager.query<{ revision: string }[]>(
      `select revision from revisions where of = 'site_rules'`,
    );
    return this.at(row!.revision, manager);
  }
}
