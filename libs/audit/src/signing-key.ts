import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** What blocks are signed with: Ed25519 (RFC 8032). */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** The public key, 32 bytes in base64url: what stands in each block. */
  readonly publicKey: string;
}

/** What a signature is for, so that one for a block can never be shown as one for something else. */
export type Purpose = 'block' | 'handover' | 'anchor' | 'end';

/** RFC 8410 §7: what stands before the 32 bytes of a private and of a public key in DER. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** The key pair of a seed of 32 bytes: the same seed gives the same pair. */
export function signingKey(seed: Uint8Array): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: der.subarray(spki.length).toString('base64url') };
}

/** A signature over a hash, in base64url. */
export function signHash({ privateKey }: SigningKey, purpose: Purpose, hash: string): string {
  return sign(null, signed(purpose, hash), privateKey).toString('base64url');
}

/** Whether a signature over a hash is by this public key; false for a key that is none. */
export function isSignedBy(publicKey: string, purpose: Purpose, hash: string, signature: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spki, Buffer.from(publicKey, 'base64url')]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, signed(purpose, hash), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** A public key in short, for people to compare: `SHA256:` and 43 characters, as ssh says it. */
export function fingerprintOf(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url');
  return `SHA256:${digest}`;
}

function signed(purpose: Purpose, hash: string): Buffer {
  return Buffer.from(`chasqui audit ${purpose} ${hash}`);
}
