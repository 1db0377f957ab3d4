import { hkdfSync } from 'node:crypto';

/** One key of 32 bytes, and the name by which what it encrypted tells which key that was. */
export interface SecretKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** What encrypts now, and all that may have encrypted what is stored: keys are exchanged while the service runs. */
export interface SecretKeys {
  readonly current: SecretKey;
  /** With the current one, which comes first. */
  readonly all: readonly SecretKey[];
}

/** The keys of an installation: `CHASQUI_SECRET_KEY`, and `CHASQUI_PREVIOUS_SECRET_KEYS` of which what is stored can still be read. */
export function secretKeys(current: Uint8Array, previous: readonly Uint8Array[] = []): SecretKeys {
  const all = [current, ...previous].map((key) => ({ id: idOf(key), key }));
  return { current: all[0]!, all };
}

/** The 32 bytes of `CHASQUI_SECRET_KEY`, given as 64 hex digits or 43 base64url characters; undefined if it is neither. */
export function readSecretKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Buffer.from(trimmed, 'hex');
  const bytes = /^[A-Za-z0-9_+/-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/**
 * A key for one purpose alone, from the secret key, by HKDF-SHA-256 (RFC 5869): what it encrypts opens with no other purpose's key. Of
 * several keys, each one's; they keep their ids.
 */
export function keyFor(purpose: string, secret: SecretKeys): SecretKeys;
export function keyFor(purpose: string, secret: Uint8Array): Uint8Array;
export function keyFor(purpose: string, secret: Uint8Array | SecretKeys): Uint8Array | SecretKeys {
  if (secret instanceof Uint8Array) return derive(secret, `chasqui ${purpose} v1`, 32);
  const all = secret.all.map(({ id, key }) => ({ id, key: keyFor(purpose, key) }));
  return { current: all[0]!, all };
}

/** Eight characters that tell keys apart and nothing about them. */
function idOf(key: Uint8Array): string {
  return derive(key, 'chasqui key id v1', 6).toString('base64url');
}

function derive(key: Uint8Array, what: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', what, bytes));
}
