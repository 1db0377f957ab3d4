import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The 32 bytes of `CHASQUI_SECRET_KEY`, given as 64 hex digits or 43 base64url characters; undefined if it is neither. */
export function readSecretKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Buffer.from(trimmed, 'hex');
  const bytes = /^[A-Za-z0-9_+/-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/** Encrypts a secret for the database: `v1.` + base64url of nonce (12 bytes), AES-256-GCM ciphertext and tag (16 bytes). */
export function encryptAtRest(plain: Uint8Array, key: Uint8Array): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return (
    'v1.' +
    Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  );
}

/** The secret again; undefined if it was made with another key or was changed. */
export function decryptAtRest(text: string, key: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(text.replace(/^v1\./, ''), 'base64url');
  if (!text.startsWith('v1.') || bytes.length < 28) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}
