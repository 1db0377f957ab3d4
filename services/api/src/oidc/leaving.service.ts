import { decryptAtRest, keyFor } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { Provider } from './provider.service.js';

/** Signing out: here at once, and at the provider as far as it lets us. */
@Injectable()
export class Leaving {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly provider: Provider,
    private readonly events: Events,
  ) {}

  /** Ends a session. Answers where to send the browser so that the person is signed out at the provider too, where they came from there. */
  async end(sessionId: string): Promise<URL | undefined> {
    const [rows] = await this.dataSource.query<[Gone[], number]>(
      `delete from sessions where id = $1 returning id, issuer, refresh_token as "refreshToken", id_token as "idToken"`,
      [sessionId],
    );
    const gone = rows[0];
    if (!gone?.issuer || gone.issuer !== this.provider.settings?.issuer) return undefined;
    try {
      return await this.atProvider(gone);
    } catch (thrown) {
      this.events.signIn.providerAway(thrown);
      return undefined;
    }
  }

  /** OpenID Connect RP-Initiated Logout 1.0; the refresh token is given back first (RFC 7009), since nobody will follow a terminal's link. */
  private async atProvider({ id, refreshToken, idToken }: Gone): Promise<URL | undefined> {
    const { openid, client } = await this.provider.open();
    const opened = (text: string | null, column: string) =>
      text === null
        ? undefined
        : decryptAtRest(
            text,
            keyFor('oidc-token', secretKeysOf(this.config)),
            `sessions.${column} ${id}`,
          )?.toString('utf8');
    const refresh = opened(refreshToken, 'refresh_token');
    const metadata = client.serverMetadata();
    if (refresh !== undefined && metadata.revocation_endpoint)
      await openid
        .tokenRevocation(client, refresh)
        .catch((thrown: unknown) => this.events.signIn.providerAway(thrown));
    if (!metadata.end_session_endpoint) return undefined;
    const hint = opened(idToken, 'id_token');
    return openid.buildEndSessionUrl(client, {
      post_logout_redirect_uri: this.provider.afterSignOut.href,
      ...(hint !== undefined && { id_token_hint: hint }),
    });
  }
}

interface Gone {
  readonly id: string;
  readonly issuer: string | null;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
}
