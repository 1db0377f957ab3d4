import type { Principal } from './principal.js';

/** Who a bearer token belongs to. The people feature provides it; the guard asks it once a request. */
export abstract class Authenticator {
  /** Undefined for a token that is unknown, revoked or expired. Deactivated people are returned with `active: false`. */
  abstract whoIs(token: string): Promise<Principal | undefined>;
}
