import { encryptAtRest, keyFor } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { Sessions, type OpenedSession, type SessionKind, type Whence } from '../sign-in/sessions.service.js';
import type { Why } from '../sign-in/sign-in-page.js';
import { Arrivals } from './arrivals.service.js';
import { ClaimedGroups } from './claimed-groups.service.js';
import { readClaims, type Claims } from './claims.js';
import { Flows } from './flows.service.js';
import { isAway, Provider, type OpenProvider } from './provider.service.js';

/** How long somebody may take at the provider, in seconds. */
const flowSeconds = 600;

/** What the provider answers with tokens. */
export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What came of a sign-in by the provider. */
export type Came =
  | { readonly session: OpenedSession; readonly username: string; readonly returnTo: string }
  | { readonly why: Why; readonly returnTo?: string };

/** How far a sign-in on a device has come. */
export type DeviceStep =
  | { readonly kind: 'pending' }
  | { readonly kind: 'over'; readonly why: Why }
  | { readonly kind: 'in'; readonly session: OpenedSession; readonly username: string };

/** Signing in by the identity provider: in a browser (authorization code with PKCE, state and nonce), and for a device (RFC 8628). */
@Injectable()
export class Oidc {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly provider: Provider,
    private readonly flows: Flows,
    private readonly arrivals: Arrivals,
    private readonly groups: ClaimedGroups,
    private readonly sessions: Sessions,
    private readonly events: Events,
  ) {}

  /** Where to send the browser, and the secret by which it is known when it is back. */
  async begin(returnTo: string): Promise<{ url: URL; secret: string } | { why: Why }> {
    return this.asking(async ({ openid, client, config }) => {
      const verifier = openid.randomPKCECodeVerifier();
      const [state, nonce] = [openid.randomState(), openid.randomNonce()];
      const secret = await this.flows.begin(
        'browser',
        { verifier, state, nonce, returnTo },
        { lifeSeconds: flowSeconds },
      );
      const url = openid.buildAuthorizationUrl(client, {
        redirect_uri: this.provider.callback.href,
        scope: config.scopes,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url, secret };
    });
  }

  /**
   * Takes what the provider sent the browser back with.
   * @param search the query of the address that it came back to
   */
  async finish(secret: string | undefined, search: string, whence: Whence): Promise<Came> {
    const flow = secret === undefined ? undefined : await this.flows.take('browser', secret);
    if (!flow) return { why: 'oidc-stale' };
    const { verifier, state, nonce, returnTo } = flow;
    const came = await this.asking(async (provider) => {
      const back = this.provider.callback;
      back.search = search;
      const tokens = await provider.openid.authorizationCodeGrant(provider.client, back, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      return this.letIn(provider, tokens, 'browser', whence);
    });
    if ('why' in came) {
      this.events.signIn.failed(came.why, whence.address);
      return { ...came, returnTo };
    }
    return { ...came, returnTo };
  }

  /** Begins a sign-in for a device, which shows the code and where to type it. */
  async beginDevice() {
    return this.asking(async ({ openid, client, config }) => {
      const started = await openid.initiateDeviceAuthorization(client, { scope: config.scopes });
      const everySeconds = started.interval ?? 5;
      const deviceToken = await this.flows.begin(
        'device',
        { deviceCode: started.device_code },
        { lifeSeconds: started.expires_in, everySeconds },
      );
      return {
        deviceToken,
        userCode: started.user_code,
        verificationUri: started.verification_uri,
        ...(started.verification_uri_complete && {
          verificationUriComplete: started.verification_uri_complete,
        }),
        expiresIn: started.expires_in,
        interval: everySeconds,
      };
    });
  }

  /** Asks the provider whether the person has typed the code by now, at most as often as it wants. */
  async pollDevice(deviceToken: string, whence: Whence): Promise<DeviceStep> {
    const flow = await this.flows.poll(deviceToken);
    if (!flow) return { kind: 'over', why: 'oidc-stale' };
    if (!flow.due) return { kind: 'pending' };
    const came = await this.asking<{ pending: true } | LetIn>(async (provider) => {
      const tokens = await provider.openid
        .genericGrantRequest(provider.client, 'urn:ietf:params:oauth:grant-type:device_code', {
          device_code: flow.content.deviceCode,
        })
        .catch(async (thrown: unknown) => {
          const { error } = thrown as { error?: string };
          if (error === 'slow_down') await this.flows.slowDown(deviceToken);
          else if (error !== 'authorization_pending') throw thrown;
        });
      if (!tokens) return { pending: true };
      // Whoever takes it lets in: another request with the same token has nothing any more.
      if (!(await this.flows.take('device', deviceToken))) return { why: 'oidc-stale' };
      return this.letIn(provider, tokens, 'cli', whence);
    });
    if ('pending' in came) return { kind: 'pending' };
    if (!('why' in came)) return { kind: 'in', ...came };
    // The provider may be back at the next time; everything else is the end.
    if (came.why === 'oidc-away') return { kind: 'pending' };
    await this.flows.take('device', deviceToken);
    this.events.signIn.failed(came.why, whence.address);
    return { kind: 'over', why: came.why };
  }

  /** The claims behind tokens. @throws where the provider gave no ID token, or its user info is of somebody else */
  async claimsOf({ openid, client, config }: OpenProvider, tokens: Tokens): Promise<Claims> {
    const idToken = tokens.claims();
    if (!idToken) throw new Error('the identity provider gave no ID token; is “openid” among the scopes?');
    const userInfo = client.serverMetadata().userinfo_endpoint
      ? await openid.fetchUserInfo(client, tokens.access_token, idToken.sub)
      : {};
    return readClaims(idToken, userInfo, config);
  }

  /** What is kept of tokens with a session, encrypted for its row. */
  async keep(sessionId: string, tokens: Tokens, recheckMs: number): Promise<void> {
    const key = keyFor('oidc-token', secretKeysOf(this.config));
    const sealed = (text: string | undefined, column: string) =>
      text === undefined ? null : encryptAtRest(Buffer.from(text), key, `sessions.${column} ${sessionId}`);
    await this.dataSource.query(
      `update sessions set issuer = $2, refresh_token = coalesce($3, refresh_token), id_token = coalesce($4, id_token),
         refresh_at = case when coalesce($3, refresh_token) is null then null else now() + make_interval(secs => $5) end
       where id = $1`,
      [
        sessionId,
        this.provider.settings!.issuer,
        sealed(tokens.refresh_token, 'refresh_token'),
        sealed(tokens.id_token, 'id_token'),
        recheckMs / 1000,
      ],
    );
  }

  private async letIn(
    provider: OpenProvider,
    tokens: Tokens,
    kind: SessionKind,
    whence: Whence,
  ): Promise<LetIn> {
    const claims = await this.claimsOf(provider, tokens);
    const arrival = await this.arrivals.whoIs(claims, provider.config);
    if ('why' in arrival) return arrival;
    const { user } = arrival;
    await this.groups.settle(user, claims.groups ?? [], provider.config);
    const session = await this.sessions.open(user.id, kind, whence);
    await this.keep(session.id, tokens, provider.config.recheckMs);
    this.events.signIn.signedIn(user.username, 'provider', kind);
    return { session, username: user.username };
  }

  /** What the provider does not answer, and what it answers that is not to be believed, are two different things to whoever signs in. */
  private async asking<T>(work: (provider: OpenProvider) => Promise<T>): Promise<T | { why: Why }> {
    try {
      return await work(await this.provider.open());
    } catch (thrown) {
      if (isAway(thrown)) {
        this.events.signIn.providerAway(thrown);
        return { why: 'oidc-away' };
      }
      if (!isAnswer(thrown)) throw thrown;
      this.events.signIn.providerDisbelieved(thrown);
      return { why: 'oidc-refused' };
    }
  }
}

type LetIn = { readonly session: OpenedSession; readonly username: string } | { readonly why: Why };

/** Whether the library says so of what the provider answered; anything else is a fault of ours, or of the database. */
function isAnswer(thrown: unknown): boolean {
  const { name } = thrown as { name?: string };
  return [
    'ClientError',
    'ResponseBodyError',
    'AuthorizationResponseError',
    'WWWAuthenticateChallengeError',
  ].includes(name ?? '');
}
