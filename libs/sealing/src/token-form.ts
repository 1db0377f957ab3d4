import { createSecretKey, hkdf, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A key that seals and opens; printing it does not show it. */
export type SealingKey = KeyObject;

/** Whom a token is for. */
export type Party = 'relay' | 'adapter';

/** A new token: whose it is and of what kind, so that a mix-up shows at once, and 32 random bytes. */
export function makeToken(party: Party, name: string): string {
  return `chq-${party}.${name}.${randomBytes(32).toString('base64url')}`;
}

/** The name and the secret in a token, or undefined if it is not one of that kind. */
export function readToken(party: Party, token: string): { name: string; secret: Buffer } | undefined {
  const found = form.exec(token.trim());
  return found?.[1] === party ? { name: found[2]!, secret: Buffer.from(found[3]!, 'base64url') } : undefined;
}

const form = /^chq-([a-z]+)\.([a-z0-9-]+)\.([A-Za-z0-9_-]{43})$/;

/** 32 bytes for one purpose, from a token's secret, by HKDF-SHA-256 (RFC 5869): the party's name is the salt, the purpose the info. */
export async function deriveBytes(name: string, secret: Uint8Array, purpose: string): Promise<Buffer> {
  return Buffer.from(await promisify(hkdf)('sha256', secret, name, purpose, 32));
}

/** The same as a key of AES-256-GCM. */
export async function deriveKey(name: string, secret: Uint8Array, purpose: string): Promise<SealingKey> {
  return createSecretKey(await deriveBytes(name, secret, purpose));
}
