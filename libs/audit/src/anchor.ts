import { hashOf } from './hash.js';
import { isSignedBy, signHash, type SigningKey } from './signing-key.js';

/** What is left of blocks that were removed when their time was over: the chain goes on from here. */
export interface Anchor {
  /** The last block that was removed, and its hash. */
  readonly n: number;
  readonly hash: string;
  /** When they were removed, ISO 8601. */
  readonly at: string;
  /** How many entries went, with those removed before. */
  readonly entries: number;
  readonly key: string;
  readonly signature: string;
}

export function signAnchor(anchor: Omit<Anchor, 'key' | 'signature'>, key: SigningKey): Anchor {
  const content = { ...anchor, key: key.publicKey };
  return { ...content, signature: signHash(key, 'anchor', hashOf(content)) };
}

/** Whether it is signed with the key that it names. */
export function isAnchorSigned({ signature, ...content }: Anchor): boolean {
  return isSignedBy(content.key, 'anchor', hashOf(content), signature);
}
