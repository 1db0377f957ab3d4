import type { ExplainedPermission, HeldBy } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import type { KnownAsker } from '../commands/known.js';

/** By which groups and roles somebody holds each permission. */
export type Holdings = ReadonlyMap<string, readonly HeldBy[]>;

export const noHoldings: Holdings = new Map();

/** The paths from a user to what they hold: users → groups → roles → permissions. */
export async function readHoldings(dataSource: Pick<DataSource, 'query'>, userId: string): Promise<Holdings> {
  const rows = await dataSource.query<HoldingRow[]>(
    `select rp.permission, m.group_name, gr.role_name, rp.limited_to, rp.what
     from group_members m
     join group_roles gr on gr.group_name = m.group_name
     join role_permissions rp on rp.role_name = gr.role_name
     where m.user_id = $1 order by rp.permission, m.group_name, gr.role_name, rp.limited_to, rp.what`,
    [userId],
  );
  const paths = rows.map(({ permission, group_name, role_name, limited_to, what }) => ({
    permission,
    by: {
      group: group_name,
      role: role_name,
      ...(limited_to !== '' && { on: { of: limited_to, what } }),
    },
  }));
  return new Map(
    [...Map.groupBy(paths, (path) => path.permission)].map(([permission, all]) => [
      permission,
      all.map(({ by }) => by),
    ]),
  );
}

interface HoldingRow {
  readonly permission: string;
  readonly group_name: string;
  readonly role_name: string;
  readonly limited_to: string;
  readonly what: string;
}

/** Whether somebody holds a permission, and by what. One that is limited is held, and `by` says to what it is limited. */
export function heldBy(name: string, asker: KnownAsker, holdings: Holdings): ExplainedPermission {
  const held = asker.permissions.has(name) || asker.scoped.some(({ permission }) => permission === name);
  return { name, held, by: held ? [...(holdings.get(name) ?? [])] : [] };
}

/** All that somebody holds, by name. */
export function everythingHeld(asker: KnownAsker, holdings: Holdings): ExplainedPermission[] {
  const names = new Set([...asker.permissions, ...asker.scoped.map(({ permission }) => permission)]);
  return [...names].toSorted().map((name) => heldBy(name, asker, holdings));
}
