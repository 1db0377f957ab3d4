import { duration, flag } from '@chasqui/settings';
import { z } from 'zod';
import { isLoopback } from '../http/is-loopback.js';
import type { OidcConfig } from '../oidc/oidc-config.js';
import { GroupName } from '../people/shapes.js';
import { usualSignIn, type SignInConfig } from './sign-in-config.js';

const url = z.string().transform((text, context) => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not an address; write it like https://example.org`,
  });
  return z.NEVER;
});

/** `claim=group`, several by commas or lines. What stands before the last `=` is the claim, which may have one in it. */
const groups = z.string().transform((text, context) => {
  const pairs = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return pairs.flatMap((pair) => {
    const at = pair.lastIndexOf('=');
    const [claim, group] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at > 0 && claim !== '' && GroupName.safeParse(group).success) return [{ claim, group }];
    context.addIssue({ code: 'custom', message: `"${pair}" is not claim=group` });
    return [];
  });
});

/** The settings of signing in. Spread into the shape that `readSettings` gets. */
export const signInShape = {
  /** Where people reach this server: for the way back from the identity provider, and for cookies. */
  CHASQUI_PUBLIC_URL: url.optional(),
  CHASQUI_PASSWORDS: flag.default(usualSignIn.passwords),
  CHASQUI_SESSION_LIFETIME: duration.default(usualSignIn.browser.lifeMs),
  CHASQUI_SESSION_IDLE: duration.default(usualSignIn.browser.idleMs),
  CHASQUI_CLI_SESSION_LIFETIME: duration.default(usualSignIn.cli.lifeMs),
  CHASQUI_CLI_SESSION_IDLE: duration.default(usualSignIn.cli.idleMs),
  /** As it calls itself: a slash at the end is part of it. */
  CHASQUI_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  CHASQUI_OIDC_CLIENT_ID: z.string().optional(),
  CHASQUI_OIDC_CLIENT_SECRET: z.string().optional(),
  /** As it stands on the button. */
  CHASQUI_OIDC_NAME: z.string().max(60).default('single sign-on'),
  CHASQUI_OIDC_SCOPES: z.string().default('openid profile email offline_access'),
  CHASQUI_OIDC_USERNAME_CLAIM: z.string().default('preferred_username'),
  CHASQUI_OIDC_GROUPS_CLAIM: z.string().default('groups'),
  CHASQUI_OIDC_GROUPS: groups.default([]),
  CHASQUI_OIDC_CREATE_USERS: flag.default(false),
  CHASQUI_OIDC_JOIN_BY_EMAIL: flag.default(false),
  CHASQUI_OIDC_RECHECK: duration.default(15 * 60_000),
};
type SignInSet = z.infer<z.ZodObject<typeof signInShape>>;

/** What only shows when the settings are seen together; a sentence each. */
export function signInFaults(set: SignInSet): string[] {
  const { CHASQUI_OIDC_ISSUER: issuer, CHASQUI_PUBLIC_URL: here } = set;
  if (!issuer)
    return set.CHASQUI_PASSWORDS ? [] : ['CHASQUI_PASSWORDS: without it CHASQUI_OIDC_ISSUER is needed'];
  return [
    ...(set.CHASQUI_OIDC_CLIENT_ID ? [] : ['CHASQUI_OIDC_CLIENT_ID: is needed with CHASQUI_OIDC_ISSUER']),
    ...(here ? [] : ['CHASQUI_PUBLIC_URL: is needed with CHASQUI_OIDC_ISSUER, for the way back from there']),
    ...(here && here.pathname !== '/'
      ? ['CHASQUI_PUBLIC_URL: must have no path: cookies are for the whole host']
      : []),
    ...(issuer.startsWith('http:') && !isLoopback(new URL(issuer).hostname)
      ? ['CHASQUI_OIDC_ISSUER: must be https, or anybody on the way could sign in as anybody']
      : []),
    ...(set.CHASQUI_OIDC_SCOPES.split(/\s+/).includes('openid')
      ? []
      : ['CHASQUI_OIDC_SCOPES: must have openid']),
  ];
}

export function signInConfig(set: SignInSet): SignInConfig {
  return {
    passwords: set.CHASQUI_PASSWORDS,
    browser: { lifeMs: set.CHASQUI_SESSION_LIFETIME, idleMs: set.CHASQUI_SESSION_IDLE },
    cli: { lifeMs: set.CHASQUI_CLI_SESSION_LIFETIME, idleMs: set.CHASQUI_CLI_SESSION_IDLE },
    ...(set.CHASQUI_OIDC_ISSUER && { oidc: oidcConfig(set, set.CHASQUI_OIDC_ISSUER) }),
  };
}

function oidcConfig(set: SignInSet, issuer: string): OidcConfig {
  return {
    issuer,
    clientId: set.CHASQUI_OIDC_CLIENT_ID!,
    ...(set.CHASQUI_OIDC_CLIENT_SECRET && { clientSecret: set.CHASQUI_OIDC_CLIENT_SECRET }),
    name: set.CHASQUI_OIDC_NAME,
    scopes: set.CHASQUI_OIDC_SCOPES,
    usernameClaim: set.CHASQUI_OIDC_USERNAME_CLAIM,
    groupsClaim: set.CHASQUI_OIDC_GROUPS_CLAIM,
    groups: set.CHASQUI_OIDC_GROUPS,
    create: set.CHASQUI_OIDC_CREATE_USERS,
    joinByEmail: set.CHASQUI_OIDC_JOIN_BY_EMAIL,
    recheckMs: set.CHASQUI_OIDC_RECHECK,
  };
}
