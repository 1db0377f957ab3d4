import type { Anchor } from './anchor.js';
import type { Block, Checkpoint } from './block.js';
import type { Entry } from './entry.js';
import { hashOf } from './hash.js';
import { isSignedBy, signHash, type SigningKey } from './signing-key.js';

/**
 * A line of an export, which is NDJSON: a head; the anchor, where the oldest blocks were removed; each block with its entries behind it;
 * entries that no block has; entries that were not sealed yet; and an end, without which somebody cut it short.
 */
export type ExportLine =
  | { readonly chasqui: 'audit'; readonly version: 1; readonly at: string }
  | { readonly anchor: Anchor }
  | { readonly block: Block }
  | { readonly entry: Entry }
  | { readonly unsealed: Entry }
  | { readonly end: ExportEnd };

/** How an export ends, signed, so that it cannot be cut short. */
export interface ExportEnd {
  /** Whether it is all that there is, and not some of it by time. */
  readonly whole: boolean;
  readonly blocks: number;
  readonly entries: number;
  readonly unsealed: number;
  /** The first block of it, and the last; null where it has none. */
  readonly from: Checkpoint | null;
  readonly to: Checkpoint | null;
  readonly key: string;
  readonly signature: string;
}

export function signEnd(end: Omit<ExportEnd, 'key' | 'signature'>, key: SigningKey): ExportEnd {
  const content = { ...end, key: key.publicKey };
  return { ...content, signature: signHash(key, 'end', hashOf(content)) };
}

/** Whether it is signed with the key that it names. */
export function isEndSigned({ signature, ...content }: ExportEnd): boolean {
  return isSignedBy(content.key, 'end', hashOf(content), signature);
}
