import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { secretKeys, type SecretKeys } from './secret-keys.js';

/**
 * Encrypts a secret for the database: `v2.`, the id of the key, `.`, and base64url of nonce (12 bytes), AES-256-GCM ciphertext and tag
 * (16 bytes).
 * @param place where it is kept; it opens there and nowhere else, so that nobody moves it to a row that they may read
 */
export function encryptAtRest(plain: Uint8Array, keys: SecretKeys | Uint8Array, place = ''): string {
  const { id, key } = several(keys).current;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  const bytes = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `v2.${id}.${bytes.toString('base64url')}`;
}

/**
 * The secret again; undefined if it was made with a key that is not among these or for another place, or was changed. Each key is
 * tried, because what was stored before keys had ids (`v1.`) does not say which, and a wrong one opens nothing.
 */
export function decryptAtRest(text: string, keys: SecretKeys | Uint8Array, place = ''): Buffer | undefined {
  const read = stored.exec(text);
  if (!read) return undefined;
  const bytes = Buffer.from(read[2]!, 'base64url');
  if (bytes.length < 28) return undefined;
  for (const { key } of several(keys).all) {
    const plain = opened(bytes, key, place);
    if (plain) return plain;
  }
  return undefined;
}

/** Which key a stored secret was encrypted with: its id, `v1` for those from before keys had ids, undefined for what is none. */
export function keyIdOf(text: string): string | undefined {
  const read = stored.exec(text);
  return read ? (read[1] ?? 'v1') : undefined;
}

const stored = /^(?:v1|v2\.([A-Za-z0-9_-]{8}))\.([A-Za-z0-9_-]+)$/;

function opened(bytes: Buffer, key: Uint8Array, place: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function several(keys: SecretKeys | Uint8Array): SecretKeys {
  return keys instanceof Uint8Array ? secretKeys(keys) : keys;
}
