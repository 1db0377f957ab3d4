import { Username } from '../people/shapes.js';
import type { Claims } from './claims.js';

/**
 * The user name that somebody gets of their claims: the claim for it, else what stands before the @ of their address. Only as it is, in lower
 * case: letters that would have to be left out or replaced could make it the name of somebody else. Undefined where neither will do. Pure.
 */
export function userNameOf({ username, email }: Pick<Claims, 'username' | 'email'>): string | undefined {
  return [username, email]
    .map((name) => name?.split('@', 1)[0]!.toLowerCase())
    .find((name) => name !== undefined && Username.safeParse(name).success);
}
