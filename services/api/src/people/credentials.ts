import type { DataSource } from 'typeorm';
import type { Principal } from '../http/principal.js';
import { hashOf } from './token-text.js';
import { permissionsOf } from './who-sql.js';

/** What somebody comes with, told apart by how its text begins: `chqs_` for sessions. */
export type CredentialKind = 'token' | 'session';

/** A principal as the database told it. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly id: string;
  readonly principal: Principal;
  /** How long it would still be good without being used, in milliseconds by the database's clock; infinite for ever. */
  readonly goodForMs: number;
  /** How long ago its use was written down, in milliseconds; infinite where it never was. */
  readonly idleMs: number;
}

/** Use is written down at most so often, in milliseconds. */
export const touchEveryMs = 60_000;

/** Reads who a text belongs to, and what they hold. Undefined if it is unknown, revoked or expired. */
export async function readCredential(
  db: Pick<DataSource, 'query'>,
  text: string,
): Promise<Credential | undefined> {
  const kind: CredentialKind = text.startsWith('chqs_') ? 'session' : 'token';
  const [row] = await db.query<Row[]>(
    `select c.id as credential, c.scopes,
      extract(epoch from c.until - now())::float8 * 1000 as "goodForMs", extract(epoch from now() - c.used)::float8 * 1000 as "idleMs",
      u.id, u.username, u.email, u.active, u.kind, held.groups, held.roles, held.permissions, held.scoped
    from (${sources[kind]}) c join users u on u.id = c.user_id cross join ${permissionsOf('u.id')} held
    where c.until is null or c.until > now()`,
    [hashOf(text)],
  );
  if (!row) return undefined;
  const { credential: id, scopes, goodForMs, idleMs, ...held } = row;
  const whose = kind === 'token' ? { tokenId: id } : { sessionId: id };
  return {
    kind,
    id,
    principal: cutToScopes({ ...held, ...whose }, scopes ?? undefined),
    goodForMs: goodForMs ?? Number.POSITIVE_INFINITY,
    idleMs: idleMs ?? Number.POSITIVE_INFINITY,
  };
}

/** Writes down that it is used. Answers for how long it is good from now on, in milliseconds, where that changes. */
export async function touch(
  db: Pick<DataSource, 'query'>,
  { kind, id }: Pick<Credential, 'kind' | 'id'>,
): Promise<number | undefined> {
  if (kind === 'token') {
    await db.query(
      `update api_tokens set last_used_at = now() where id = $1 and coalesce(last_used_at < now() - interval '1 minute', true)`,
      [id],
    );
    return undefined;
  }
  const [rows] = await db.query<[{ goodForMs: number }[], number]>(
    `update sessions set last_seen_at = now(), idle_until = least(expires_at, now() + idle)
    where id = $1 and last_seen_at < now() - interval '1 minute' and idle_until > now()
    returning extract(epoch from idle_until - now())::float8 * 1000 as "goodForMs"`,
    [id],
  );
  return rows[0]?.goodForMs;
}

/** What is left of what somebody holds where they come with a token that is for some permissions only. */
export function cutToScopes<T extends Pick<Principal, 'permissions' | 'scoped'>>(
  held: T,
  scopes: readonly string[] | undefined,
): T & { scopes?: readonly string[]; withheld?: readonly string[] } {
  if (!scopes) return held;
  return {
    ...held,
    scopes,
    withheld: held.permissions.filter((permission) => !scopes.includes(permission)),
    permissions: held.permissions.filter((permission) => scopes.includes(permission)),
    scoped: held.scoped.filter(({ permission }) => scopes.includes(permission)),
  };
}

type Row = Omit<Principal, 'scopes' | 'tokenId' | 'sessionId'> & {
  readonly credential: string;
  readonly scopes: string[] | null;
  readonly goodForMs: number | null;
  readonly idleMs: number | null;
};

const sources: Readonly<Record<CredentialKind, string>> = {
  token: `select id, user_id, scopes, expires_at as until, last_used_at as used from api_tokens where hash = $1`,
  session: `select id, user_id, null::text[] as scopes, least(idle_until, expires_at) as until, last_seen_at as used
    from sessions where hash = $1`,
};
