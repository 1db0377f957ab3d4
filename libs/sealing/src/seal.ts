import type { RelayKey } from './relay-token.js';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Which way a message goes; it is part of what is authenticated. */
export type Direction = 'to-relay' | 'from-relay';

/**
 * Seals a message for one relay, or from it: JWE (RFC 7516), `dir` + A256GCM. The relay's name and the direction stand in the
 * protected header, so that a message moved to another relay's topic does not open.
 */
export async function seal(
  message: unknown,
  relay: string,
  direction: Direction,
  key: RelayKey,
): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(message));
  return new CompactEncrypt(plain)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: relay, typ: direction })
    .encrypt(key);
}

/** Opens a sealed message; undefined if it was not sealed with this key, for this relay and this direction, or was changed. */
export async function open(
  sealed: string,
  relay: string,
  direction: Direction,
  key: RelayKey,
): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader['kid'] !== relay || protectedHeader['typ'] !== direction) return undefined;
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    return undefined;
  }
}

/** The relay that a sealed message says it is for or from; to find the key, never to be believed before `open`. */
export function relayNamedIn(sealed: string): string | undefined {
  try {
    const kid = decodeProtectedHeader(sealed)['kid'];
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
