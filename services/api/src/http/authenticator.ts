import type { Principal } from './principal.js';

/** Who a token or a session belongs to. The people feature provides it; the guard asks it once a request. */
export abstract class Authenticator {
  /**
   * Undefined for a text that is unknown, revoked or expired. Deactivated people are returned with `active: false`. What it says may be a
   * quarter of a second old, but for what this instance itself changed.
   */
  abstract whoIs(text: string): Principal | undefined | Promise<Principal | undefined>;
}
