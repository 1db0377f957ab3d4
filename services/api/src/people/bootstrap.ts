import type { DataSource, EntityManager } from 'typeorm';
import { newId } from '../ids.js';
import { admin, builtInPermissions } from './built-in-permissions.js';
import { hashOf, newToken, prefixOf } from './token-text.js';

/** Who administers first. */
export interface FirstAdministrator {
  readonly username: string;
  readonly email: string;
  readonly fullName?: string;
  /** What is kept of their password, if they get one. */
  readonly phc?: string;
  /** The personal token to give instead of a new one, at least 32 characters. */
  readonly token?: string;
}

const usual: FirstAdministrator = { username: admin, email: 'admin@localhost' };

/**
 * Makes the group and the role `admin` where there are none, and adds the built-in permissions that a newer version brought. Any number of
 * instances may call it at the same time. Answers whether this is a new installation.
 */
export async function prepareAdmins(dataSource: DataSource): Promise<boolean> {
  return alone(dataSource, async (manager) => {
    const isNew = await makeGroup(manager);
    await grantToAdmins(manager, builtInPermissions);
    return isNew;
  });
}

/**
 * Makes the first administrator: the user, a member of the group `admin`, and a token, which is returned and never shown again. Once: where
 * somebody is in that group nothing is made, however many ask at the same moment.
 * @param before what must be so in the same transaction, or throws
 * @throws RangeError for a token that is too short
 */
export async function bootstrap(
  dataSource: DataSource,
  first: Partial<FirstAdministrator> = {},
  before: (manager: EntityManager) => Promise<void> = async () => undefined,
): Promise<{ created: boolean; token?: string }> {
  const token = first.token ?? newToken();
  if (!/^[\x21-\x7e]{32,512}$/.test(token)) {
    throw new RangeError(
      'the first administrator’s token must be 32 to 512 printable characters without spaces',
    );
  }
  await prepareAdmins(dataSource);
  return alone(dataSource, async (manager) => {
    if (await someoneIsAdmin(manager)) return { created: false };
    await before(manager);
    await makeAdministrator(manager, { ...usual, ...first, token });
    await manager.query('delete from bootstrap_tokens');
    return { created: true, token };
  });
}

/** A token with which the first administrator can be made; undefined where there is one. Several are good at a time, since several instances may start. */
export async function newBootstrapToken(dataSource: DataSource): Promise<string | undefined> {
  return alone(dataSource, async (manager) => {
    if (await someoneIsAdmin(manager)) return undefined;
    const token = newToken();
    await manager.query('insert into bootstrap_tokens (hash) values ($1)', [hashOf(token)]);
    return token;
  });
}

/** Whether somebody is in the group `admin`: the last one cannot be taken out of it, so this never ends to be so. */
export async function someoneIsAdmin(db: Pick<DataSource, 'query'>): Promise<boolean> {
  const found = await db.query<unknown[]>('select from group_members where group_name = $1 limit 1', [admin]);
  return found.length > 0;
}

/** Adds permissions to the role `admin`: administrators hold what every bundle declares. What they have already stays as it is. */
export async function grantToAdmins(manager: EntityManager, permissions: readonly string[]): Promise<void> {
  await manager.query(
    `insert into role_permissions (role_name, permission) select $1, unnest($2::text[]) on conflict do nothing`,
    [admin, [...permissions]],
  );
}

function alone<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  return dataSource.transaction(async (manager) => {
    await manager.query(`select pg_advisory_xact_lock(hashtext('chasqui bootstrap'))`);
    return work(manager);
  });
}

async function makeGroup(manager: EntityManager): Promise<boolean> {
  const groups = await manager.query<unknown[]>(
    `insert into groups (name) values ($1) on conflict do nothing returning name`,
    [admin],
  );
  if (groups.length === 0) return false;
  await manager.query(`insert into roles (name) values ($1) on conflict do nothing`, [admin]);
  await manager.query(`insert into group_roles (group_name, role_name) values ($1, $1)`, [admin]);
  return true;
}

async function makeAdministrator(
  manager: EntityManager,
  { username, email, fullName = '', phc, token }: FirstAdministrator & { token: string },
): Promise<void> {
  const id = newId();
  await manager.query(`insert into users (id, username, email, full_name) values ($1, $2, $3, $4)`, [
    id,
    username,
    email,
    fullName,
  ]);
  if (phc !== undefined)
    await manager.query(`insert into passwords (user_id, phc) values ($1, $2)`, [id, phc]);
  await manager.query(`insert into group_members (group_name, user_id) values ($1, $2)`, [admin, id]);
  await manager.query(
    `insert into api_tokens (user_id, name, hash, prefix) values ($1, 'bootstrap', $2, $3)`,
    [id, hashOf(token), prefixOf(token)],
  );
}
