import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { mustBeWhole, type Principal } from '../http/principal.js';
import { CONFIG } from '../parts.js';
import { mustBeAnAdmin, mustHoldGrant, mustNotBeAnAdmin, type Giver } from './grant-only-what-you-hold.js';
import { problems } from './problems.js';
import type { IssuedToken, NewToken, TokenShape } from './shapes.js';
import { hashOf, newToken, prefixOf } from './token-text.js';
import { Token } from './token.entity.js';
import { idOf } from './users.service.js';

/** The tokens that people and service accounts have. Refusals are thrown as `Problem`. */
@Injectable()
export class TokensService {
  private readonly maxAgeMs: number | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @Optional() @Inject(CONFIG) config?: Pick<ApiConfig, 'tokenMaxAgeMs'>,
  ) {
    this.maxAgeMs = config?.tokenMaxAgeMs;
  }

  /**
   * The only time that the token itself is seen. It does no more than whoever makes it may: one for oneself keeps within the scopes and the life of
   * the token that is used for it; one for somebody else names what it is for, and only an administrator makes one that may do all that its
   * user may, now and later.
   */
  async issue(username: string, wanted: NewToken, asker: Principal, now: Date): Promise<IssuedToken> {
    const expires = this.endOf(wanted, now);
    const scopes = wanted.scopes && [...new Set(wanted.scopes)].toSorted();
    const token = newToken();
    await this.dataSource.transaction(async (manager) => {
      const userId = await idOf(manager, username);
      await mustGive(manager, asker, { id: userId, username }, scopes);
      await mustNotOutlive(manager, asker, expires);
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(Token)
        .values({
          userId,
          name: wanted.name,
          hash: hashOf(token),
          prefix: prefixOf(token),
          expiresAt: expires ?? null,
          scopes: scopes ?? null,
          createdBy: asker.username,
        })
        .orIgnore()
        .returning('id')
        .execute();
      if ((raw as unknown[]).length === 0) throw problems.tokenExists(username, wanted.name);
    });
    return {
      name: wanted.name,
      token,
      ...(expires && { expiresAt: expires.toISOString() }),
      ...(scopes && { scopes }),
    };
  }

  async list(username: string): Promise<TokenShape[]> {
    const userId = await idOf(this.dataSource.manager, username);
    const tokens = await this.dataSource.manager.find(Token, { where: { userId }, order: { name: 'asc' } });
    return tokens.map(({ name, prefix, createdAt, expiresAt, lastUsedAt, scopes, createdBy }) => ({
      name,
      prefix,
      createdAt: createdAt.toISOString(),
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
      ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
      ...(scopes && { scopes }),
      ...(createdBy !== null && { createdBy }),
    }));
  }

  /** It stops working here at once, and elsewhere within a quarter of a second. A token with scopes revokes none of its user's but itself. */
  async revoke(username: string, name: string, asker: Principal): Promise<void> {
    const { manager } = this.dataSource;
    const userId = await idOf(manager, username);
    const token = await manager.findOne(Token, { where: { userId, name }, select: { id: true } });
    if (!token) throw problems.unknownToken(username, name);
    if (userId !== asker.id) await mustNotBeAnAdmin(this.dataSource, asker, username);
    else if (token.id !== asker.tokenId) mustBeWhole(asker);
    const { affected } = await manager.delete(Token, { id: token.id });
    if (!affected) throw problems.unknownToken(username, name);
  }

  /** When it is to end: as wanted, or where tokens may not last for ever as late as they may. */
  private endOf({ expiresAt }: NewToken, now: Date): Date | undefined {
    const latest = this.maxAgeMs === undefined ? undefined : new Date(now.getTime() + this.maxAgeMs);
    if (expiresAt === undefined) return latest;
    const expires = new Date(expiresAt);
    if (expires <= now) throw problems.expiresInPast(expires.toISOString());
    if (latest && expires > latest) throw problems.lastsTooLong(latest.toISOString());
    return expires;
  }
}

async function mustGive(
  manager: EntityManager,
  asker: Principal,
  user: { readonly id: string; readonly username: string },
  scopes: readonly string[] | undefined,
): Promise<void> {
  if (scopes === undefined) {
    if (user.id === asker.id) return mustBeWhole(asker);
    return mustBeAnAdmin(manager, asker, () => problems.wholeToken(user.username));
  }
  if (user.id !== asker.id)
    for (const permission of scopes) await mustHoldGrant(manager, asker, { permission });
  const beyond = await notHeldBy(manager, user.id, asker, scopes);
  if (beyond.length > 0) throw problems.scopeNotHeld(user.username, beyond);
}

/** The scopes that would give nothing, because the user does not hold them; for oneself, because the token in use is not for them. */
async function notHeldBy(
  manager: EntityManager,
  userId: string,
  { id, scopes: own }: Giver,
  scopes: readonly string[],
): Promise<string[]> {
  const rows = await manager.query<{ permission: string }[]>(
    `select distinct rp.permission from group_members m
    join group_roles gr on gr.group_name = m.group_name
    join role_permissions rp on rp.role_name = gr.role_name
    where m.user_id = $1 and rp.permission = any($2::text[])`,
    [userId, scopes],
  );
  const held = new Set(rows.map(({ permission }) => permission));
  return scopes.filter((scope) => !held.has(scope) || (userId === id && own && !own.includes(scope)));
}

/** Who finds a token that ends soon must not make themselves one that does not. */
async function mustNotOutlive(
  manager: EntityManager,
  { tokenId }: Principal,
  expires: Date | undefined,
): Promise<void> {
  if (tokenId === undefined) return;
  const used = await manager.findOne(Token, { where: { id: tokenId }, select: { expiresAt: true } });
  if (used?.expiresAt && (!expires || expires > used.expiresAt))
    throw problems.outlives(used.expiresAt.toISOString());
}
