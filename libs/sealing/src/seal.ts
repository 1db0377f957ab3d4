import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealingKey } from './token-form.js';

/** Which way a message goes, seen from the relay or the adapter; it is part of what is authenticated. */
export type Direction = 'to-relay' | 'from-relay' | 'to-adapter' | 'from-adapter';

/** Of AES-256-GCM in a JWE (RFC 7518 §5.3), in bytes. */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals a message for one relay or adapter, or from it: a JWE in compact form (RFC 7516 §7.1), `dir` + A256GCM, so without an encrypted key. The
 * name and the direction stand in the protected header, so that a message moved to another's topic does not open.
 *
 * Made here of `node:crypto`, because this happens eight times for each command: through WebCrypto's threads, as libraries for JWE go, it took
 * a third of all that a command costs (decision 12). The tests open with such a library what is sealed here, and the other way round.
 */
export function seal(message: unknown, name: string, direction: Direction, key: SealingKey): string {
  const header = base64url(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: name, typ: direction }));
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(header, 'latin1'));
  const text = Buffer.concat([cipher.update(JSON.stringify(message), 'utf8'), cipher.final()]);
  return [header, '', ...[nonce, text, cipher.getAuthTag()].map(base64url)].join('.');
}

/** Opens a sealed message; undefined if it was not sealed with this key, for this name and this direction, or was changed. */
export function open(sealed: string, name: string, direction: Direction, key: SealingKey): unknown {
  const parts = sealed.split('.');
  const [header, encryptedKey, ...others] = parts as [string, ...string[]];
  const [nonce, text, tag] = others.map((part) => Buffer.from(part, 'base64url'));
  if (parts.length !== 5 || encryptedKey !== '' || !isFor(readHeader(header), name, direction))
    return undefined;
  if (nonce!.length !== nonceBytes || tag!.length !== tagBytes) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce!, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(header, 'latin1'));
    decipher.setAuthTag(tag!);
    return JSON.parse(Buffer.concat([decipher.update(text!), decipher.final()]).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The same with the first key that opens it, for the time in which a token is exchanged for another. */
export function openWithAny(
  sealed: string,
  name: string,
  direction: Direction,
  keys: readonly SealingKey[],
): unknown {
  for (const key of keys) {
    const message = open(sealed, name, direction, key);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** The relay or adapter that a sealed message says it is for or from; to find the key, never to be believed before `open`. */
export function nameIn(sealed: string): string | undefined {
  const end = sealed.indexOf('.');
  const kid = end < 0 ? undefined : readHeader(sealed.slice(0, end))?.['kid'];
  return typeof kid === 'string' ? kid : undefined;
}

/** Nothing but what `seal` writes: another algorithm, compression or a header that has to be understood opens nothing. */
function isFor(header: Header | undefined, name: string, direction: Direction): boolean {
  if (header?.['alg'] !== 'dir' || header['enc'] !== 'A256GCM' || 'zip' in header || 'crit' in header)
    return false;
  return header['kid'] === name && header['typ'] === direction;
}

type Header = Readonly<Record<string, unknown>>;

function readHeader(text: string): Header | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}

function base64url(bytes: string | Buffer): string {
  return Buffer.from(bytes as string).toString('base64url');
}
