import type { DataSource } from 'typeorm';
import type { Scope } from './entries.js';
import type { BundleUsage } from './store-shapes.js';

/** What a bundle keeps, by scope and owner. What is past its time counts until it is swept. */
export async function usageOf(db: Pick<DataSource, 'query'>, bundle: string): Promise<BundleUsage> {
  const rows = await db.query<{ scope: Scope; owner: string; entries: number; bytes: number }[]>(
    `select e.scope, coalesce(u.username, e.owner) as owner, count(*)::int as entries, sum(length(e.value))::float8 as bytes
     from store_entries e left join users u on e.scope = 'user' and u.id::text = e.owner
     where e.bundle = $1 group by 1, 2 order by 1, 2`,
    [bundle],
  );
  return {
    bundle,
    entries: rows.reduce((sum, row) => sum + row.entries, 0),
    bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
    shelves: rows.map(({ owner, ...row }) => ({ ...row, ...(owner && { owner }) })),
  };
}
