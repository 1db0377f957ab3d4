import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Authenticator } from '../http/authenticator.js';
import type { Principal } from '../http/principal.js';
import { hashOf } from './token-text.js';
import { permissionsOf } from './who-sql.js';

/** Who a token belongs to. Asked once a request, so it is one read, and what it writes nobody waits for. */
@Injectable()
export class TokenAuthenticator extends Authenticator implements OnModuleDestroy {
  private readonly log = new Logger('tokens');
  private readonly touching = new Map<string, Promise<void>>();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async whoIs(token: string): Promise<Principal | undefined> {
    const [row] = await this.dataSource.query<(Principal & { stale: boolean })[]>(
      `select u.id, u.username, u.email, u.active, held.groups, held.roles, held.permissions, t.id as "tokenId",
        coalesce(t.last_used_at < now() - interval '1 minute', true) as stale
      from api_tokens t join users u on u.id = t.user_id cross join ${permissionsOf('u.id')} held
      where t.hash = $1 and (t.expires_at is null or t.expires_at > now())`,
      [hashOf(token)],
    );
    if (!row) return undefined;
    const { stale, ...principal } = row;
    if (stale) this.touch(principal.tokenId);
    return principal;
  }

  /** What is still being written is written before the database is closed. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.touching.values());
  }

  private touch(id: string): void {
    if (this.touching.has(id)) return;
    const touched = this.dataSource
      .query(
        `update api_tokens set last_used_at = now()
        where id = $1 and coalesce(last_used_at < now() - interval '1 minute', true)`,
        [id],
      )
      .catch((error: unknown) => this.log.warn('cannot write when a token was last used', error))
      .then(() => void this.touching.delete(id));
    this.touching.set(id, touched);
  }
}
