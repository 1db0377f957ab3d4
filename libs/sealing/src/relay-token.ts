import { hkdf, randomBytes, type webcrypto } from 'node:crypto';
import { promisify } from 'node:util';

/** A key that can seal and open and cannot be read out again. */
export type RelayKey = webcrypto.CryptoKey;

/** One key for each way: an order cannot be turned round and passed off as a report. 32 bytes each, for A256GCM, imported once. */
export interface RelayKeys {
  readonly orders: RelayKey;
  readonly reports: RelayKey;
}

const form = /^chq-relay\.([a-z0-9-]+)\.([A-Za-z0-9_-]{43})$/;

/** A new token for a relay: its name, so that a mix-up shows at once, and 32 random bytes. */
export function makeRelayToken(relay: string): string {
  return `chq-relay.${relay}.${randomBytes(32).toString('base64url')}`;
}

/** The relay's name and the secret in a token, or undefined if it is not one. */
export function readRelayToken(token: string): { relay: string; secret: Buffer } | undefined {
  const found = form.exec(token.trim());
  return found ? { relay: found[1]!, secret: Buffer.from(found[2]!, 'base64url') } : undefined;
}

/** Both keys from a token's secret, by HKDF-SHA-256 (RFC 5869), the relay's name as salt and the direction as info. */
export async function keysOf(relay: string, secret: Uint8Array): Promise<RelayKeys> {
  const derive = async (info: string) => {
    const bytes = await promisify(hkdf)('sha256', secret, relay, info, 32);
    return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  };
  return { orders: await derive('chasqui orders v1'), reports: await derive('chasqui reports v1') };
}
