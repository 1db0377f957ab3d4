import type { OidcConfig } from '../oidc/oidc-config.js';

/** How long a session lives: at most so long, and so long unused. Milliseconds. */
export interface SessionLife {
  readonly lifeMs: number;
  readonly idleMs: number;
}

/** How people come in. */
export interface SignInConfig {
  /** Whether a user name and a password will do. */
  readonly passwords: boolean;
  readonly browser: SessionLife;
  /** `chasqui login`. */
  readonly cli: SessionLife;
  /** The identity provider, if there is one. */
  readonly oidc?: OidcConfig;
}

const hour = 3_600_000;

/** What holds where nothing is set. */
export const usualSignIn: SignInConfig = {
  passwords: true,
  browser: { lifeMs: 12 * hour, idleMs: 2 * hour },
  cli: { lifeMs: 30 * 24 * hour, idleMs: 7 * 24 * hour },
};
