import type { OutputStream } from '../drivers/driver.js';

/** Bytes that one stream printed without the other coming between. */
export interface Piece {
  readonly stream: OutputStream;
  readonly bytes: Buffer;
}

/** The largest piece, and so the largest chunk: 32 KiB. */
export const pieceBytes = 32 * 1024;
/** A queue of output in the order it was printed: taken in at the back, taken out or thrown away at the front. */
export class Pieces {
  private readonly closed: Piece[] = [];
  /** Index of the first piece that is still here; those before it are gone. */
  private first = 0;
  private last: { stream: OutputStream; bytes: Buffer; used: number } | undefined;
  /** Bytes that are here. */
  size = 0;

  get count(): number {
    return this.closed.length - this.first + (this.last ? 1 : 0);
  }

  get empty(): boolean {
    return this.size === 0;
  }

  /** Copies the bytes; they may be reused by the caller. */
  add(stream: OutputStream, bytes: Buffer): void {
    this.size += bytes.length;
    for (let at = 0; at < bytes.length;) {
      if (this.last && (this.last.stream !== stream || this.last.used === pieceBytes)) this.close();
      this.last ??= {
        stream,
        bytes: Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(256, bytes.length - at))),
        used: 0,
      };
      const { last } = this;
      const wanted = Math.min(pieceBytes, last.used + bytes.length - at);
      if (wanted > last.bytes.length)
        last.bytes = Buffer.concat(
          [last.bytes],
          Math.min(pieceBytes, Math.max(wanted, last.bytes.length * 2)),
        );
      const copied = bytes.copy(last.bytes, last.used, at, at + wanted - last.used);
      last.used += copied;
      at += copied;
    }
  }

  /** The oldest piece. */
  take(): Piece | undefined {
    if (this.first === this.closed.length) this.close();
    const piece = this.closed[this.first];
    if (!piece) return undefined;
    this.closed[this.first] = gone;
    this.first += 1;
    if (this.first > 1024 && this.first * 2 > this.closed.length) {
      this.closed.splice(0, this.first);
      this.first = 0;
    }
    this.size -= piece.bytes.length;
    return piece;
  }

  /** Puts back at the front what was not needed of the piece just taken. */
  putBack(piece: Piece): void {
    this.first -= 1;
    if (this.first < 0) {
      this.closed.unshift(piece);
      this.first = 0;
    } else this.closed[this.first] = piece;
    this.size += piece.bytes.length;
  }

  private close(): void {
    const { last } = this;
    if (!last) return;
    this.last = undefined;
    const bytes =
      last.used === last.bytes.length ? last.bytes : Buffer.from(last.bytes.subarray(0, last.used));
    this.closed.push({ stream: last.stream, bytes });
  }
}

const gone: Piece = { stream: 'stdout', bytes: Buffer.alloc(0) };
