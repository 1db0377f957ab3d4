import { hashOfEntry, type Entry } from './entry.js';
import { hashOf } from './hash.js';
import { isSignedBy, signHash, type SigningKey } from './signing-key.js';

/**
 * A number of entries, sealed: their hashes, the hash of the block before, and a signature over all of it. So each block is a checkpoint,
 * and who has one can tell whether anything before it was changed since.
 */
export interface Block {
  /** From 1, without a gap. */
  readonly n: number;
  /** ISO 8601. */
  readonly at: string;
  /** The hash of the block before; null of the first. */
  readonly prev: string | null;
  /** The id and the hash of each. An entry that was gone before it could be sealed has the hash `missing`. */
  readonly entries: readonly (readonly [id: string, hash: string])[];
  /** The public key that it is signed with. */
  readonly key: string;
  /** Of everything above. */
  readonly hash: string;
  readonly signature: string;
  /** Where the key is another than the last block's: that one's signature over this hash. */
  readonly handover?: string;
}

/** What a later look must find again: a block by its number and its hash. */
export interface Checkpoint {
  readonly n: number;
  readonly hash: string;
}

/** What the next block is made of. */
export interface ToSeal {
  /** The last block; undefined where there is none. */
  readonly last?: { readonly n: number; readonly hash: string; readonly key?: string };
  readonly at: string;
  /** The ids to be sealed, in order, and what was found of each. */
  readonly ids: readonly string[];
  readonly entries: ReadonlyMap<string, Entry>;
  readonly key: SigningKey;
  /** Keys that may have signed the last block, besides `key`. */
  readonly previousKeys?: readonly SigningKey[];
}

/** The hash of an entry of which only the id was left when it should have been sealed. */
export const missing = 'missing';

/** Makes the next block. */
export function sealBlock({ last, at, ids, entries, key, previousKeys = [] }: ToSeal): Block {
  const content = {
    n: (last?.n ?? 0) + 1,
    at,
    prev: last?.hash ?? null,
    entries: ids.map((id): [string, string] => {
      const entry = entries.get(id);
      return [id, entry ? hashOfEntry(entry) : missing];
    }),
    key: key.publicKey,
  };
  const hash = hashOf(content);
  const changes = last?.key !== undefined && last.key !== key.publicKey;
  const previous = changes ? previousKeys.find(({ publicKey }) => publicKey === last.key) : undefined;
  return {
    ...content,
    hash,
    signature: signHash(key, 'block', hash),
    ...(previous && { handover: signHash(previous, 'handover', hash) }),
  };
}

/** Whether a block's hash is that of what stands in it. */
export function isBlockWhole({ n, at, prev, entries, key, hash }: Block): boolean {
  return hashOf({ n, at, prev, entries, key }) === hash;
}

/** Whether it is signed with the key that it names. */
export function isBlockSigned({ key, hash, signature }: Block): boolean {
  return isSignedBy(key, 'block', hash, signature);
}
