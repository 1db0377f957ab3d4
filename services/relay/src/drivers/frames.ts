import { randomBytes } from 'node:crypto';

/** What a frame carries: output, the name of a file, a part of that file, why one was left out, or nothing any more. */
export type FrameKind = 'o' | 'e' | 'n' | 'f' | 'x' | 'end';

/** Takes a frame. A promise means: no more of them until it resolves. */
export type TakeFrame = (kind: FrameKind, bytes: Buffer) => Promise<void> | undefined;

/** No frame is larger, so that what is no frame is not kept for ever. */
const largest = 1024 * 1024;

/**
 * Takes apart what a container beside a command logs: `<mark> start`, and then frames, each of which is its bytes followed by a line
 * `<mark> <kind> <number>`. A log may be read several times, from its beginning or from wherever its node still has it; it may end anywhere; and a
 * node that does not have it any more gives an error's text in its place. Taken is each frame once, in order, and only where it is whole: where
 * the end of the frame before it stands right in front of it. The mark is a secret from the command.
 */
export class Frames {
  /** Whether the last frame came: then this is all there is. */
  ended = false;
  /** How many frames are gone for good. */
  missing = 0;
  private next = 0;
  private readonly mark: Buffer;

  constructor(
    mark: string,
    private readonly take: TakeFrame,
  ) {
    this.mark = Buffer.from(`${mark} `);
  }

  /** One reading of the log. */
  async read(log: AsyncIterable<Buffer>): Promise<void> {
    let rest: Buffer = Buffer.alloc(0);
    /** Whether `rest` begins where a frame does. */
    let aligned = false;
    for await (const part of log) {
      rest = rest.length > 0 ? Buffer.concat([rest, part]) : part;
      for (let from = 0; !this.ended;) {
        const at = rest.indexOf(this.mark, from);
        const end = at < 0 ? -1 : rest.indexOf(0x0a, at);
        if (end < 0) break;
        const [kind, number] = rest.toString('latin1', at + this.mark.length, end).split(' ');
        const bytes = rest.subarray(0, at);
        rest = rest.subarray(end + 1);
        from = 0;
        if (kind !== 'start')
          await this.frame(kind as FrameKind, Number(number), aligned ? bytes : undefined);
        aligned = true;
      }
      if (this.ended) return;
      if (rest.length <= largest) continue;
      rest = rest.subarray(rest.length - this.mark.length - 64);
      aligned = false;
    }
  }

  private async frame(kind: FrameKind, number: number, bytes: Buffer | undefined): Promise<void> {
    if (number < this.next) return;
    // A log loses its beginning and never its middle: what is not there now does not come any more.
    this.missing += number - this.next + (bytes ? 0 : 1);
    this.next = number + 1;
    if (kind === 'end') this.ended = true;
    else if (bytes) await this.take(kind, bytes);
  }
}

/** What every mark begins with, so that it is found among the words of a container. */
export const markPrefix = 'chasqui-mark-';

export function newMark(): string {
  return markPrefix + randomBytes(16).toString('hex');
}
