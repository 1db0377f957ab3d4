import { createHmac } from 'node:crypto';
import { deriveBytes, deriveKey, makeToken, readToken, type SealingKey } from './token-form.js';

/** What an adapter and the API derive from the adapter's token: a key for each way, and one that hides rooms. */
export interface AdapterKeys {
  readonly messages: SealingKey;
  readonly replies: SealingKey;
  /** Of `hiddenKey`. */
  readonly rooms: Uint8Array;
}

export function makeAdapterToken(adapter: string): string {
  return makeToken('adapter', adapter);
}

/** The adapter's name and the secret in a token, or undefined if it is not one. */
export function readAdapterToken(token: string): { adapter: string; secret: Buffer } | undefined {
  const read = readToken('adapter', token);
  return read && { adapter: read.name, secret: read.secret };
}

/** All keys from a token's secret. */
export async function adapterKeysOf(adapter: string, secret: Uint8Array): Promise<AdapterKeys> {
  return {
    messages: await deriveKey(adapter, secret, 'chasqui chat messages v1'),
    replies: await deriveKey(adapter, secret, 'chasqui chat replies v1'),
    rooms: await deriveBytes(adapter, secret, 'chasqui chat rooms v1'),
  };
}

/**
 * The key of a message on a topic, by which the broker keeps a room's messages in order without learning which room that is, nor, of a
 * direct message, which person: HMAC-SHA-256, cut to 16 bytes.
 */
export function hiddenKey(place: string, keys: AdapterKeys): string {
  return createHmac('sha256', keys.rooms).update(place).digest().subarray(0, 16).toString('base64url');
}
