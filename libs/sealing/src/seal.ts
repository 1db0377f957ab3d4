import type { SealingKey } from './token-form.js';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Which way a message goes, seen from the relay or the adapter; it is part of what is authenticated. */
export type Direction = 'to-relay' | 'from-relay' | 'to-adapter' | 'from-adapter';

/**
 * Seals a message for one relay or adapter, or from it: JWE (RFC 7516), `dir` + A256GCM. The name and the direction stand in the protected
 * header, so that a message moved to another's topic does not open.
 */
export async function seal(
  message: unknown,
  name: string,
  direction: Direction,
  key: SealingKey,
): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(message));
  return new CompactEncrypt(plain)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: name, typ: direction })
    .encrypt(key);
}

/** Opens a sealed message; undefined if it was not sealed with this key, for this name and this direction, or was changed. */
export async function open(
  sealed: string,
  name: string,
  direction: Direction,
  key: SealingKey,
): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader['kid'] !== name || protectedHeader['typ'] !== direction) return undefined;
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    return undefined;
  }
}

/** The same with the first key that opens it, for the time in which a token is exchanged for another. */
export async function openWithAny(
  sealed: string,
  name: string,
  direction: Direction,
  keys: readonly SealingKey[],
): Promise<unknown> {
  for (const key of keys) {
    const message = await open(sealed, name, direction, key);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** The relay or adapter that a sealed message says it is for or from; to find the key, never to be believed before `open`. */
export function nameIn(sealed: string): string | undefined {
  try {
    const kid = decodeProtectedHeader(sealed)['kid'];
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
