import { Inject, Injectable } from '@nestjs/common';
import type * as OpenId from 'openid-client';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import type { OidcConfig } from './oidc-config.js';

/** How long an answer of the provider may take, in seconds. */
const patienceSeconds = 10;

/** For how long what the provider says of itself is believed without asking anew, in milliseconds. Its keys are looked after separately. */
const knownForMs = 3_600_000;

/** The provider with the library that speaks with it, which is loaded at the first use. */
export interface OpenProvider {
  readonly openid: typeof OpenId;
  readonly client: OpenId.Configuration;
  readonly config: OidcConfig;
}

/** The identity provider that the settings name. It may be away when the API starts: it is first asked when somebody signs in. */
@Injectable()
export class Provider {
  private known?: { readonly at: number; readonly open: Promise<OpenProvider> };

  constructor(@Inject(CONFIG) private readonly config: ApiConfig) {}

  /** What is set; undefined where there is no provider. */
  get settings(): OidcConfig | undefined {
    return this.config.signIn?.oidc;
  }

  /** The way back from the provider, as it is registered there. */
  get callback(): URL {
    return new URL('/sign-in/oidc/callback', this.config.publicUrl);
  }

  /** Where the provider sends people who have signed out there, as it is registered there. */
  get afterSignOut(): URL {
    return new URL('/signed-out', this.config.publicUrl);
  }

  /** What the provider calls itself, by itself if it can be asked; undefined where there is none. */
  async issuer(): Promise<string | undefined> {
    if (!this.settings) return undefined;
    try {
      return (await this.open()).client.serverMetadata().issuer;
    } catch {
      return this.settings.issuer;
    }
  }

  /** Where the page that signs people out sends them; undefined where the provider has none, or does not answer. */
  async signOutOrigin(): Promise<string | undefined> {
    try {
      const { end_session_endpoint: endpoint } = (await this.open()).client.serverMetadata();
      return endpoint === undefined ? undefined : new URL(endpoint).origin;
    } catch {
      return undefined;
    }
  }

  /** @throws whatever the library throws; `isAway` tells whether the provider could be asked */
  async open(): Promise<OpenProvider> {
    const now = Date.now();
    if (this.known && now - this.known.at < knownForMs) return this.known.open;
    const known = { at: now, open: discover(this.settings!) };
    this.known = known;
    known.open.catch(() => {
      if (this.known === known) this.known = undefined;
    });
    return known.open;
  }
}

async function discover(config: OidcConfig): Promise<OpenProvider> {
  const openid = await import('openid-client');
  const { issuer, clientId, clientSecret } = config;
  const client = await openid.discovery(
    new URL(issuer),
    clientId,
    undefined,
    clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret),
    {
      timeout: patienceSeconds,
      // Signatures are checked as well where an ID token came straight from the provider by TLS, which the standard would trust for it.
      execute: [
        openid.enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [openid.allowInsecureRequests] : []),
      ],
    },
  );
  return { openid, client, config };
}

/** Whether the provider could not be asked, rather than said no or something that is not to be believed. */
export function isAway(thrown: unknown): boolean {
  const { name, code, cause, status } = thrown as {
    name?: string;
    code?: string;
    cause?: unknown;
    status?: number;
  };
  if (name === 'TypeError' && (thrown as Error).message === 'fetch failed') return true;
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
  if (status !== undefined && status >= 500) return true;
  return cause instanceof Response && (cause.status >= 500 || cause.status === 429);
}
