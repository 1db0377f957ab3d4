import type { Bundle } from '@chasqui/bundles';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { buildCatalogue } from '../commands/catalogue.js';
import { hasSecrets } from '../commands/secrets-in-line.js';
import type { AliasNeighbours, WantedAlias } from './alias-fault.js';

/** So many aliases somebody may have, and so many the site. */
export const mostAliases = 500;

export interface Alias extends WantedAlias {
  readonly setAt: Date;
  readonly setBy: string;
}

const columns = 'name, line, owner is null as site, created_at as "setAt", created_by as "setBy"';

/** Names for lines. An owner is a user's id; the site's aliases have none. A change of the site's moves the revision that every instance looks at. */
@Injectable()
export class Aliases {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Those that hold for a user: their own, then the site's, each by name. */
  list(user: string): Promise<Alias[]> {
    return this.dataSource.query(
      `select ${columns} from aliases where owner = $1 or owner is null order by site, name`,
      [user],
    );
  }

  /** What a new alias of a user has to get along with. */
  async neighbours(user: string): Promise<AliasNeighbours> {
    const all = await this.list(user);
    const bundles = await this.dataSource.query<{ content: Bundle }[]>(
      'select content from bundles where enabled',
    );
    const linesOf = (site: boolean) =>
      new Map(all.filter((one) => one.site === site).map(({ name, line }) => [name, line]));
    const aliases = { own: linesOf(false), site: linesOf(true) };
    const catalogue = buildCatalogue(bundles.map(({ content }) => content));
    const names = { catalogue, aliases, people: new Map(), rooms: new Map() };
    return { aliases, commands: catalogue.byBareName, hasSecrets: (line) => hasSecrets(line, names) };
  }

  /** Undefined where there are too many already. */
  set(owner: string | undefined, name: string, line: string, by: string): Promise<Alias | undefined> {
    return this.changing(owner, async (manager) => {
      const [alias] = await manager.query<Alias[]>(
        `insert into aliases (owner, name, line, created_by)
         select $1, $2, $3, $4
         where (select count(*) from aliases where owner is not distinct from $1 and name <> $2) < $5
         on conflict (coalesce(owner, '00000000-0000-0000-0000-000000000000'), name) do update set line = $3, created_by = $4, created_at = now()
         returning ${columns}`,
        [owner ?? null, name, line, by, mostAliases],
      );
      return alias;
    });
  }

  /** False where there was none. */
  remove(owner: string | undefined, name: string): Promise<boolean> {
    return this.changing(owner, async (manager) => {
      const [, removed] = await manager.query<[unknown[], number]>(
        'delete from aliases where owner is not distinct from $1 and name = $2',
        [owner ?? null, name],
      );
      return removed > 0;
    });
  }

  private changing<T>(owner: string | undefined, change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      if (owner === undefined)
        await manager.query(`update revisions set revision = revision + 1 where of = 'aliases'`);
      return change(manager);
    });
  }
}
