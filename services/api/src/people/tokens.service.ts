import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { problems } from './problems.js';
import type { IssuedToken, NewToken, TokenShape } from './shapes.js';
import { hashOf, newToken, prefixOf } from './token-text.js';
import { Token } from './token.entity.js';
import { idOf } from './users.service.js';

/** The tokens that people have. Refusals are thrown as `Problem`. */
@Injectable()
export class TokensService {
  constructor(private readonly dataSource: DataSource) {}

  /** The only time that the token itself is seen. */
  async issue(username: string, { name, expiresAt }: NewToken, now: Date): Promise<IssuedToken> {
    const expires = expiresAt === undefined ? undefined : new Date(expiresAt);
    if (expires && expires <= now) throw problems.expiresInPast(expires.toISOString());
    const token = newToken();
    const userId = await idOf(this.dataSource.manager, username);
    const row = { userId, name, hash: hashOf(token), prefix: prefixOf(token), expiresAt: expires ?? null };
    const { raw } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(Token)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) throw problems.tokenExists(username, name);
    return { name, token, ...(expires && { expiresAt: expires.toISOString() }) };
  }

  async list(username: string): Promise<TokenShape[]> {
    const userId = await idOf(this.dataSource.manager, username);
    const tokens = await this.dataSource.manager.find(Token, { where: { userId }, order: { name: 'asc' } });
    return tokens.map(({ name, prefix, createdAt, expiresAt, lastUsedAt }) => ({
      name,
      prefix,
      createdAt: createdAt.toISOString(),
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
      ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    }));
  }

  /** It stops working at once. */
  async revoke(username: string, name: string): Promise<void> {
    const userId = await idOf(this.dataSource.manager, username);
    const { affected } = await this.dataSource.manager.delete(Token, { userId, name });
    if (!affected) throw problems.unknownToken(username, name);
  }
}
