import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { storable } from '../storable.js';
import { looksLike } from './look-alike.js';
import { userNameFor } from './user-name-for.js';

/** Somebody in a chat who asks to be known, and the group that they are to be in. */
export interface Newcomer {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly name?: string;
  readonly group: string;
}

/**
 * Makes a user of somebody in a chat: with a name made of theirs, in the group that is set for it, and with no right but that group's. In one transaction,
 * one newcomer at a time across all instances, so that no two get names that look alike. Nothing is made where the name is that of a
 * user, or looks like it (they may be the same person: a code tells), and where the group would let them administer anything.
 */
export function registerSelf(
  dataSource: DataSource,
  who: Newcomer,
): Promise<{ readonly username: string } | { readonly resembles: string } | Refusal> {
  return dataSource.transaction(async (manager) => {
    await manager.query(`select pg_advisory_xact_lock(hashtext('chasqui self-registration'))`);
    await manager.query(`insert into groups (name) values ($1) on conflict do nothing`, [who.group]);
    const shut = await builtInOf(manager, who.group);
    if (shut.length > 0) return refusal('registration-shut', { group: who.group, permissions: shut });

    const username = userNameFor(who);
    const users = await manager.query<{ username: string }[]>(`select username from users`);
    const resembles = looksLike(
      username,
      users.map((user) => user.username),
    );
    if (resembles !== undefined) return { resembles };
    await make(manager, username, who);
    return { username };
  });
}

/** What a group gives that guards the API: whoever comes in by themselves must have none of it. Limited ones count too. */
async function builtInOf(manager: EntityManager, group: string): Promise<string[]> {
  const rows = await manager.query<{ permission: string }[]>(
    `select distinct rp.permission from group_roles gr join role_permissions rp on rp.role_name = gr.role_name
     where gr.group_name = $1 and (rp.permission like 'chasqui:%' or gr.role_name = 'admin') order by 1 limit 5`,
    [group],
  );
  return rows.map(({ permission }) => permission);
}

/** Their address says where they came from; nobody has one under `.invalid` (RFC 2606 §2), so nobody else is ever taken for them by it. */
async function make(manager: EntityManager, username: string, who: Newcomer): Promise<void> {
  const [user] = await manager.query<{ id: string }[]>(
    `insert into users (username, email, full_name) values ($1, $2, $3) returning id`,
    [username, `${username}@${who.adapter}.invalid`, fullName(who.name ?? '')],
  );
  await manager.query(`insert into group_members (group_name, user_id) values ($1, $2)`, [
    who.group,
    user!.id,
  ]);
  await manager.query(
    `insert into chat_identities (adapter, workspace, external_id, user_id, joined_by) values ($1, $2, $3, $4, 'self')`,
    [...[who.adapter, who.workspace ?? '', who.id].map(storable), user!.id],
  );
}

/** On one line, and no longer than a full name may be. */
function fullName(name: string): string {
  return name.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200);
}
