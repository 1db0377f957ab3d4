/** An identity provider that speaks OpenID Connect, and what is believed of it. */
export interface OidcConfig {
  /** Letter for letter as it calls itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Without one the client is a public one, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** What people call it: `Sign in with NAME`. */
  readonly name: string;
  readonly scopes: string;
  /** The claim that user names are made of. */
  readonly usernameClaim: string;
  /** The claim that lists somebody's groups there. */
  readonly groupsClaim: string;
  /** Which group of ours a value of that claim makes somebody a member of, besides what `chasqui group claim` says. */
  readonly groups: readonly { readonly claim: string; readonly group: string }[];
  /** Whether somebody who is not known becomes a user. */
  readonly create: boolean;
  /** Whether somebody who is not known is the user who has the same, verified e-mail address. */
  readonly joinByEmail: boolean;
  /** How often the provider is asked whether the person behind a session is still there, in milliseconds. */
  readonly recheckMs: number;
}
