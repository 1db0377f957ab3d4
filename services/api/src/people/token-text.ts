import { createHash, randomBytes } from 'node:crypto';

/** A new token, 256 random bits: `chq_` and 43 characters that need no quoting anywhere. Shown once; only its hash is kept. */
export function newToken(): string {
  return `chq_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a token. A plain hash will do where the secret is random: there is nothing to guess. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The part of a token that may be shown, so that people recognise it. */
export function prefixOf(token: string): string {
  return token.slice(0, 8);
}
