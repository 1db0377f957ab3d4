import type { DataSource, EntityManager } from 'typeorm';
import { admin, builtInPermissions } from './built-in-permissions.js';
import { hashOf, newToken, prefixOf } from './token-text.js';

/**
 * Makes the first administrator: the user, group and role `admin`, and a token, which is returned and never shown again. Once:
 * where there is a group `admin`, only built-in permissions that a newer version brought are added to the role. Any number of
 * instances may call it at the same time; one of them creates.
 * @param options.token the token to give instead of a new one, at least 32 characters
 * @throws RangeError for a token that is too short
 */
export async function bootstrap(
  dataSource: DataSource,
  options: { token?: string } = {},
): Promise<{ created: boolean; token?: string }> {
  const token = options.token ?? newToken();
  if (!/^[\x21-\x7e]{32,512}$/.test(token)) {
    throw new RangeError(
      'the first administrator’s token must be 32 to 512 printable characters without spaces',
    );
  }
  return dataSource.transaction(async (manager) => {
    await manager.query(`select pg_advisory_xact_lock(hashtext('chasqui bootstrap'))`);
    const created = await createAdmin(manager, token);
    await grantToAdmins(manager, builtInPermissions);
    return created ? { created, token } : { created };
  });
}

/** Adds permissions to the role `admin`: administrators hold what every bundle declares. What they have already stays as it is. */
export async function grantToAdmins(manager: EntityManager, permissions: readonly string[]): Promise<void> {
  await manager.query(
    `insert into role_permissions (role_name, permission) select $1, unnest($2::text[]) on conflict do nothing`,
    [admin, [...permissions]],
  );
}

async function createAdmin(manager: EntityManager, token: string): Promise<boolean> {
  const groups = await manager.query<unknown[]>(
    `insert into groups (name) values ($1) on conflict do nothing returning name`,
    [admin],
  );
  if (groups.length === 0) return false;
  const [user] = await manager.query<{ id: string }[]>(
    `insert into users (username, email) values ($1, 'admin@localhost') returning id`,
    [admin],
  );
  await manager.query(`insert into roles (name) values ($1)`, [admin]);
  await manager.query(`insert into group_roles (group_name, role_name) values ($1, $1)`, [admin]);
  await manager.query(`insert into group_members (group_name, user_id) values ($1, $2)`, [admin, user!.id]);
  await manager.query(
    `insert into api_tokens (user_id, name, hash, prefix) values ($1, 'bootstrap', $2, $3)`,
    [user!.id, hashOf(token), prefixOf(token)],
  );
  return true;
}
