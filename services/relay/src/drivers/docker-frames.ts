import type { Readable } from 'node:stream';
import type { OutputStream } from './driver.js';

/**
 * Takes apart the engine's multiplexed stream ("Attach to a container", stream format): frames of one byte for the stream, three of
 * nothing, four of length (big endian), then the bytes. Pieces are passed on as they come, a frame need not be whole, and no more is read
 * until `take` is ready.
 */
export async function readFrames(
  from: Readable,
  take: (stream: OutputStream, bytes: Buffer) => Promise<void> | undefined,
): Promise<void> {
  const header = Buffer.alloc(8);
  let known = 0;
  let left = 0;
  for await (const part of from) {
    const bytes = part as Buffer;
    for (let at = 0; at < bytes.length;) {
      if (left === 0) {
        const copied = bytes.copy(header, known, at, Math.min(bytes.length, at + 8 - known));
        at += copied;
        known += copied;
        if (known < 8) continue;
        known = 0;
        left = header.readUInt32BE(4);
        continue;
      }
      const piece = bytes.subarray(at, at + left);
      at += piece.length;
      left -= piece.length;
      const wait = take(header[0] === 2 ? 'stderr' : 'stdout', piece);
      if (wait) await wait;
    }
  }
}
