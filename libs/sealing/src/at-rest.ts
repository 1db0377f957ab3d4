import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** The 32 bytes of `CHASQUI_SECRET_KEY`, given as 64 hex digits or 43 base64url characters; undefined if it is neither. */
export function readSecretKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Buffer.from(trimmed, 'hex');
  const bytes = /^[A-Za-z0-9_+/-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/** A key for one purpose alone, from the secret key, by HKDF-SHA-256 (RFC 5869): what it encrypts opens with no other purpose's key. */
export function keyFor(purpose: string, secretKey: Uint8Array): Uint8Array {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `chasqui ${purpose} v1`, 32));
}

/**
 * Encrypts a secret for the database: `v1.` + base64url of nonce (12 bytes), AES-256-GCM ciphertext and tag (16 bytes).
 * @param place where it is kept; it opens there and nowhere else, so that nobody moves it to a row that they may read
 */
export function encryptAtRest(plain: Uint8Array, key: Uint8Array, place = ''): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  return (
    'v1.' +
    Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  );
}

/** The secret again; undefined if it was made with another key or for another place, or was changed. */
export function decryptAtRest(text: string, key: Uint8Array, place = ''): Buffer | undefined {
  const bytes = Buffer.from(text.replace(/^v1\./, ''), 'base64url');
  if (!text.startsWith('v1.') || bytes.length < 28) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}
