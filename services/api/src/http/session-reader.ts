import type { FastifyRequest } from 'fastify';

/** The session that a browser brings along in a cookie. The sign-in feature provides it; the guard asks it where no token was sent. */
export abstract class SessionReader {
  /**
   * The text of the session, which `Authenticator.whoIs` knows; undefined where there is none.
   * @throws Problem 403 for a request that changes something and does not come from a page of ours
   */
  abstract read(request: FastifyRequest): string | undefined;
}
