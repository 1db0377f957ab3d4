import { decryptAtRest, keyFor } from '@chasqui/sealing';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import type { Claims } from './claims.js';
import { ClaimedGroups } from './claimed-groups.service.js';
import { Oidc } from './oidc.service.js';
import { isAway, Provider } from './provider.service.js';

/** Between two looks at which sessions are due, in milliseconds. */
const everyMs = 30_000;

/** At most so many in one look, one after another: the provider has other guests. */
const atOnce = 20;

/** After a provider that was away, in seconds. */
const againAfter = 120;

/**
 * Asks the provider, every now and then, whether the people behind sessions are still there: by the refresh token, which it no longer takes of
 * somebody who has left. Their session ends then. Any number of instances may; each session is asked for by one of them.
 */
@Injectable()
export class Rechecks implements OnApplicationShutdown {
  private readonly timer = setInterval(() => this.tick(), everyMs).unref();
  private checking: Promise<unknown> | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly provider: Provider,
    private readonly oidc: Oidc,
    private readonly groups: ClaimedGroups,
    private readonly events: Events,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.checking;
  }

  /** Every session that is due. Answers how many that were. */
  async run(): Promise<number> {
    if (!this.provider.settings) return 0;
    const [due] = await this.dataSource.query<[Due[], number]>(
      `update sessions s set refresh_at = now() + make_interval(secs => $2) from users u
       where u.id = s.user_id and s.id in (
         select id from sessions where refresh_at <= now() and issuer = $1 and idle_until > now() and expires_at > now()
         order by refresh_at limit $3 for update skip locked
       )
       returning s.id, s.user_id as "userId", s.refresh_token as "refreshToken", u.username`,
      [this.provider.settings.issuer, againAfter, atOnce],
    );
    for (const session of due) await this.check(session);
    return due.length;
  }

  private async check({ id, userId, username, refreshToken }: Due): Promise<void> {
    const key = keyFor('oidc-token', secretKeysOf(this.config));
    const token = decryptAtRest(refreshToken, key, `sessions.refresh_token ${id}`)?.toString('utf8');
    if (token === undefined) return this.end({ id, userId }, 'the refresh token does not open with any key');
    try {
      const provider = await this.provider.open();
      const tokens = await provider.openid.refreshTokenGrant(provider.client, token);
      await this.oidc.keep(id, tokens, provider.config.recheckMs);
      // Without an ID token there is nobody to compare what the provider says of.
      if (!tokens.claims()) return;
      const claims = await this.oidc.claimsOf(provider, tokens);
      if (!(await this.isJoined(userId, claims)))
        return await this.end({ id, userId }, 'somebody else answers');
      // As at a sign-in: of somebody who is in no group any more, providers mostly say nothing of groups.
      await this.groups.settle({ id: userId, username }, claims.groups ?? [], provider.config);
    } catch (thrown) {
      // Only this says that the person, or what they consented to, is gone. Whatever else is wrong may be right again in a while.
      const { error } = thrown as { error?: string };
      if (error === 'invalid_grant') return this.end({ id, userId }, error);
      if (!isAway(thrown)) this.events.signIn.providerDisbelieved(thrown);
      else this.events.signIn.providerAway(thrown);
    }
  }

  private async isJoined(userId: string, { issuer, subject }: Claims): Promise<boolean> {
    const found = await this.dataSource.query<unknown[]>(
      'select from external_subjects where issuer = $1 and subject = $2 and user_id = $3',
      [issuer, subject, userId],
    );
    return found.length > 0;
  }

  private async end({ id, userId }: Pick<Due, 'id' | 'userId'>, why: string): Promise<void> {
    await this.dataSource.query('delete from sessions where id = $1', [id]);
    this.events.signIn.sessionEndedByProvider({ sessionId: id, userId }, why);
  }

  private tick(): void {
    this.checking ??= this.run()
      .catch((cause: unknown) =>
        this.events.unexpected(
          'the identity provider could not be asked about sessions; it will be again',
          cause,
        ),
      )
      .finally(() => (this.checking = undefined));
  }
}

interface Due {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly refreshToken: string;
}
