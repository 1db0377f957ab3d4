import { deriveKey, makeToken, readToken, type SealingKey } from './token-form.js';

/** One key for each way: an order cannot be turned round and passed off as a report. */
export interface RelayKeys {
  readonly orders: SealingKey;
  readonly reports: SealingKey;
}

export function makeRelayToken(relay: string): string {
  return makeToken('relay', relay);
}

/** The relay's name and the secret in a token, or undefined if it is not one. */
export function readRelayToken(token: string): { relay: string; secret: Buffer } | undefined {
  const read = readToken('relay', token);
  return read && { relay: read.name, secret: read.secret };
}

/** Both keys from a token's secret. */
export async function keysOf(relay: string, secret: Uint8Array): Promise<RelayKeys> {
  return {
    orders: await deriveKey(relay, secret, 'chasqui orders v1'),
    reports: await deriveKey(relay, secret, 'chasqui reports v1'),
  };
}
