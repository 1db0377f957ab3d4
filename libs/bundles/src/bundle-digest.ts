import { createHash } from 'node:crypto';

/** SHA-256 of a bundle file's text, in hex: two files of one name and version are the same if this is. */
export function bundleDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
