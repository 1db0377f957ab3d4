import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * SHA-256 of a value's canonical JSON (RFC 8785), in base64url: the same whoever wrote the JSON, in whatever order of keys. What has no
 * canonical form (half of a surrogate pair) is nothing that we wrote, and has no hash that anything could be equal to.
 */
export function hashOf(value: object): string {
  try {
    return createHash('sha256').update(canonicalize(value)!).digest('base64url');
  } catch {
    return 'none';
  }
}
