import { isUtf8 } from 'node:buffer';
import type { OutputChunk } from '@chasqui/contracts';
import type { OutputStream } from '../drivers/driver.js';

/**
 * How many of the bytes form whole UTF-8 characters: fewer than all only where the last one has begun and may still be completed
 * (RFC 3629 §3: at most four bytes, the first of which says how many).
 */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How many bytes at the front are the rest of a character whose beginning is gone: at most 3. */
export function orphanedBytes(bytes: Uint8Array): number {
  let count = 0;
  while (count < 3 && count < bytes.length && (bytes[count]! & 0xc0) === 0x80) count += 1;
  return count;
}

/** A numbered chunk: text where the bytes are UTF-8, base64 where they are not. */
export function chunkOf(seq: number, stream: OutputStream, bytes: Buffer): OutputChunk {
  return isUtf8(bytes)
    ? { seq, stream, text: bytes.toString('utf8') }
    : { seq, stream, base64: bytes.toString('base64') };
}
