import type { DataSource } from 'typeorm';
import { isUuid } from '../ids.js';
import { storable } from '../storable.js';
import type { ScopedPermission } from './scoped-permission.js';

/** A person as the command path needs them. Names are sorted. */
export interface KnownAsker {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  readonly groups: string[];
  /** Those that count everywhere. */
  readonly permissions: string[];
  /** Those that count for some things only. */
  readonly scoped: ScopedPermission[];
}

/** Who said something, in the words of the adapter that heard it. */
export interface AskerKey {
  readonly adapter: string;
  readonly workspace?: string;
  readonly senderId: string;
  /** The adapter runs in this very process and its sender is a user name: the terminal of solo mode. */
  readonly trusted: boolean;
}

/**
 * Who asks and all they may do, in one read, made for every command. The sender is a user id where the adapter is `http`, a
 * user name where it is trusted, and otherwise what an administrator joined to a user. Undefined for somebody nobody knows.
 */
export async function readAsker(
  db: Pick<DataSource, 'query'>,
  key: AskerKey,
): Promise<KnownAsker | undefined> {
  const { sql, values } = askerQuery(key);
  const [asker] = await db.query<KnownAsker[]>(sql, values);
  return asker;
}

/** The same as SQL, to be read together with something else: at most one row. `kind` names the text, which is the same for all of a kind. */
export function askerQuery(key: AskerKey): { kind: string; sql: string; values: string[] } {
  const { kind, user, values } = findUser(key);
  const sql = `select u.id, u.username, u.email, u.active, held.groups, held.permissions, held.scoped
    from (${user}) u cross join ${permissionsOf('u.id')} held`;
  return { kind, sql, values };
}

/**
 * SQL for a lateral subquery of one row, with all that a user holds: `groups`, `roles` and `permissions`, sorted text arrays, and
 * `scoped`, the permissions that are limited to something, as JSON.
 * Deactivated people hold what they hold; whoever asks looks at `active`.
 * @param userId an SQL expression over an earlier table of the same `from`
 */
export function permissionsOf(userId: string): string {
  const set = (column: string) =>
    `coalesce(array_agg(distinct ${column}) filter (where ${column} is not null), '{}')`;
  return `lateral (
    select ${set('m.group_name')} as groups, ${set('gr.role_name')} as roles,
      coalesce(array_agg(distinct rp.permission) filter (where rp.limited_to = ''), '{}') as permissions,
      coalesce(jsonb_agg(distinct jsonb_build_object('permission', rp.permission, 'of', rp.limited_to, 'what', rp.what))
        filter (where rp.limited_to <> ''), '[]') as scoped
    from group_members m
    left join group_roles gr on gr.group_name = m.group_name
    left join role_permissions rp on rp.role_name = gr.role_name
    where m.user_id = ${userId}
  )`;
}

function findUser({ adapter, workspace = '', senderId, trusted }: AskerKey): {
  kind: string;
  user: string;
  values: string[];
} {
  if (adapter === 'http')
    return {
      kind: 'by-id',
      user: `select * from users where id = $1`,
      values: [isUuid(senderId) ? senderId : nobody],
    };
  if (trusted)
    return { kind: 'by-name', user: `select * from users where username = $1`, values: [storable(senderId)] };
  return {
    kind: 'by-identity',
    user: `select users.* from chat_identities i join users on users.id = i.user_id
      where i.adapter = $1 and i.workspace = $2 and i.external_id = $3`,
    values: [adapter, workspace, senderId].map(storable),
  };
}

const nobody = '00000000-0000-0000-0000-000000000000';
