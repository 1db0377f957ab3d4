import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { newId } from '../ids.js';
import { looksLike } from '../registration/look-alike.js';
import type { Why } from '../sign-in/sign-in-page.js';
import type { Claims } from './claims.js';
import type { OidcConfig } from './oidc-config.js';
import { userNameOf } from './user-name-of.js';

/** Who somebody is here who came from the provider; or why they are nobody. */
export type Arrival =
  | {
      readonly user: { readonly id: string; readonly username: string };
      readonly joined?: 'by-email' | 'created';
    }
  | { readonly why: Why };

/** Finds the user behind an account of the provider, or makes one where that is allowed. */
@Injectable()
export class Arrivals {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** One at a time for each account, so that two first sign-ins at once make one user. */
  async whoIs(claims: Claims, config: Pick<OidcConfig, 'create' | 'joinByEmail'>): Promise<Arrival> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
        `chasqui oidc ${claims.issuer} ${claims.subject}`,
      ]);
      const known = await find(
        manager,
        `select u.* from external_subjects s join users u on u.id = s.user_id where s.issuer = $1 and s.subject = $2`,
        [claims.issuer, claims.subject],
      );
      if (known) return known.active ? { user: known } : { why: 'inactive-person' };
      if (config.joinByEmail) {
        const user = await sameAddress(manager, claims);
        if (user) return this.join(manager, user, claims, 'by-email');
      }
      return config.create ? this.create(manager, claims) : { why: 'oidc-unknown' };
    });
  }

  private async create(manager: EntityManager, claims: Claims): Promise<Arrival> {
    const username = userNameOf(claims);
    if (username === undefined) return { why: 'oidc-no-name' };
    const others = await manager.query<{ username: string }[]>('select username from users');
    if (
      looksLike(
        username,
        others.map((other) => other.username),
      ) !== undefined
    )
      return { why: 'oidc-name-taken' };
    const [user] = await manager.query<{ id: string; username: string }[]>(
      `insert into users (id, username, email, full_name) values ($1, $2, $3, $4)
       on conflict (username) do nothing returning id, username`,
      [newId(), username, claims.email ?? `${username}@oidc.invalid`, claims.fullName],
    );
    return user ? this.join(manager, user, claims, 'created') : { why: 'oidc-name-taken' };
  }

  private async join(
    manager: EntityManager,
    { id, username }: { id: string; username: string },
    { issuer, subject }: Claims,
    joined: 'by-email' | 'created',
  ): Promise<Arrival> {
    await manager.query('insert into external_subjects (issuer, subject, user_id) values ($1, $2, $3)', [
      issuer,
      subject,
      id,
    ]);
    return { user: { id, username }, joined };
  }
}

interface FoundUser {
  readonly id: string;
  readonly username: string;
  readonly active: boolean;
}

/**
 * The one user with an address that the provider has verified, who is joined to nobody there. Two such users, or an address that nobody can
 * have (`.invalid`), are nobody.
 */
async function sameAddress(manager: EntityManager, claims: Claims): Promise<FoundUser | undefined> {
  if (!claims.emailVerified || claims.email === undefined || /\.invalid$/i.test(claims.email))
    return undefined;
  const found = await manager.query<FoundUser[]>(
    `select u.id, u.username, u.active from users u
     where lower(u.email) = lower($1) and u.kind = 'person' and u.active
       and not exists (select from external_subjects s where s.user_id = u.id and s.issuer = $2)
     limit 2`,
    [claims.email, claims.issuer],
  );
  return found.length === 1 ? found[0] : undefined;
}

async function find(manager: EntityManager, sql: string, values: string[]): Promise<FoundUser | undefined> {
  const [user] = await manager.query<FoundUser[]>(sql, values);
  return user;
}
