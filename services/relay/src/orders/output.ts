import type { OutputChunk } from '@chasqui/contracts';
import type { OutputStream } from '../drivers/driver.js';
import { pieceBytes, Pieces } from './pieces.js';
import { chunkOf, orphanedBytes, wholeCharacters } from './whole-characters.js';

/** What is still to be said when an execution is over. */
export interface OutputEnd {
  /** Chunks that were not emitted. */
  readonly chunks: OutputChunk[];
  readonly outputBytes: number;
  readonly droppedBytes: number;
  readonly gapBefore?: number;
}

/** At most so many bytes of output in one report: sealed, and even if each byte needs an escape, it stays under what a broker takes. */
const reportBytes = 2 * pieceBytes;
/** What a chunk takes of a report besides its text. */
const chunkOverhead = 64;
const flushMs = 100;

/**
 * The output of one execution between its driver and its reports: numbered chunks that cut no character, sent every 100 ms or as soon as
 * one is full. Of what exceeds the limit, the first half is sent as it comes and the last half is kept to the end; what lies between is
 * counted and dropped. However much is printed, it holds about `limit` bytes.
 */
export class Output {
  private readonly head = new Pieces();
  private readonly tail = new Pieces();
  private readonly headBytes: number;
  /** Beginnings of characters, by stream. */
  private readonly begun: Record<OutputStream, Buffer> = { stdout: empty, stderr: empty };
  private headTaken = 0;
  private printed = 0;
  private dropped = 0;
  private seq = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param limit how many bytes are kept
   * @param emit takes the chunks of one report; a promise means that no more should be sent until it resolves
   */
  constructor(
    private readonly limit: number,
    private readonly emit: (chunks: OutputChunk[]) => Promise<void> | undefined,
  ) {
    this.headBytes = Math.ceil(limit / 2);
  }

  /** Takes what was printed. A promise means: wait with more. */
  write(stream: OutputStream, bytes: Buffer): Promise<void> | undefined {
    this.printed += bytes.length;
    const fits = Math.min(bytes.length, this.headBytes - this.headTaken);
    if (fits > 0) {
      this.headTaken += fits;
      this.head.add(stream, bytes.subarray(0, fits));
    }
    if (fits < bytes.length) {
      this.tail.add(stream, bytes.subarray(fits));
      this.dropWhatIsTooMuch();
    }
    if (this.head.size >= pieceBytes) return this.flush();
    if (!this.head.empty) this.timer ??= setTimeout(() => void this.flush(), flushMs);
    return undefined;
  }

  /** Emits all of the head that has come. */
  private flush(): Promise<void> | undefined {
    clearTimeout(this.timer);
    this.timer = undefined;
    let wait: Promise<void> | undefined;
    while (!this.head.empty) {
      const chunks = this.chunksFrom(this.head);
      if (chunks.length > 0) wait = this.emit(chunks);
    }
    return wait;
  }

  /** Nothing is written any more: emits what does not fit into one last report, and gives that. */
  end(): OutputEnd {
    clearTimeout(this.timer);
    const rest: OutputChunk[][] = [];
    while (!this.head.empty) rest.push(this.chunksFrom(this.head));
    let gapBefore: number | undefined;
    if (this.dropped > 0) {
      this.trimAtGap();
      rest.push(this.chunksOfBegun());
      gapBefore = this.seq;
    }
    while (!this.tail.empty) rest.push(this.chunksFrom(this.tail));
    rest.push(this.chunksOfBegun());
    const last = joinUpTo(
      reportBytes,
      rest.filter((chunks) => chunks.length > 0),
    );
    for (const chunks of last.slice(0, -1)) void this.emit(chunks);
    return {
      chunks: last.at(-1) ?? [],
      outputBytes: this.printed,
      droppedBytes: this.dropped,
      ...(gapBefore !== undefined && { gapBefore }),
    };
  }

  /** The chunks of one report, at most. */
  private chunksFrom(pieces: Pieces): OutputChunk[] {
    const chunks: OutputChunk[] = [];
    for (let taken = 0; taken < pieceBytes && !pieces.empty;) {
      const { stream, bytes } = pieces.take()!;
      taken += bytes.length + chunkOverhead;
      const all = this.begun[stream].length > 0 ? Buffer.concat([this.begun[stream], bytes]) : bytes;
      const whole = wholeCharacters(all);
      this.begun[stream] = all.subarray(whole);
      if (whole > 0) chunks.push(chunkOf(this.seq++, stream, all.subarray(0, whole)));
    }
    return chunks;
  }

  /** Characters that were begun and never completed. */
  private chunksOfBegun(): OutputChunk[] {
    return streams.flatMap((stream) => {
      const bytes = this.begun[stream];
      this.begun[stream] = empty;
      return bytes.length > 0 ? [chunkOf(this.seq++, stream, bytes)] : [];
    });
  }

  /** Also where it is too many pieces: two streams in turn, a character each, must not cost a hundred times what they print. */
  private dropWhatIsTooMuch(): void {
    const room = this.limit - this.headBytes;
    const pieces = 1024 + room / 64;
    while (this.tail.size > room || this.tail.count > pieces) {
      const { stream, bytes } = this.tail.take()!;
      const spare = this.tail.count < pieces ? Math.min(bytes.length, room - this.tail.size) : 0;
      const kept = spare > 0 ? bytes.subarray(bytes.length - spare) : empty;
      this.dropped += bytes.length - kept.length;
      if (kept.length > 0) return this.tail.putBack({ stream, bytes: kept });
    }
  }

  /** A character that the gap cuts in two is dropped whole. */
  private trimAtGap(): void {
    for (const stream of streams) {
      this.dropped += this.begun[stream].length;
      this.begun[stream] = empty;
    }
    const first = this.tail.take();
    if (!first) return;
    const orphaned = orphanedBytes(first.bytes);
    this.dropped += orphaned;
    if (orphaned < first.bytes.length)
      this.tail.putBack({ stream: first.stream, bytes: first.bytes.subarray(orphaned) });
  }
}

const empty = Buffer.alloc(0);
const streams: OutputStream[] = ['stdout', 'stderr'];

/** Puts neighbours together as long as they hold no more than so many bytes. */
function joinUpTo(bytes: number, reports: OutputChunk[][]): OutputChunk[][] {
  const joined: OutputChunk[][] = [];
  let room = 0;
  for (const chunks of reports) {
    const size = chunks.reduce(
      (sum, { text, base64 }) => sum + chunkOverhead + (text ?? base64 ?? '').length,
      0,
    );
    if (size <= room) joined.at(-1)!.push(...chunks);
    else joined.push([...chunks]);
    room = size <= room ? room - size : bytes - size;
  }
  return joined;
}
