import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Chunk {
  readonly bytes: Buffer;
  /** When it may go on, in milliseconds since the epoch. */
  readonly at: number;
}

/** Both ends of a connection through us, and what is on its way. */
interface Passage {
  readonly near: Socket;
  readonly far: Socket;
  readonly toFar: Chunk[];
  readonly toNear: Chunk[];
  /** When it is looked again what is due. */
  again?: NodeJS.Timeout;
}

/** How many bytes may be held for one direction before its sender has to wait. */
const heldAtMost = 1024 * 1024;

/**
 * A way from one process to one server, over TCP, which can be disturbed: `cut` ends what is connected and lets nobody in, `hang` keeps every
 * connection and brings nothing over it (as a cable that was pulled), `slow` brings everything later, `tear` ends connections in the midst of a message.
 */
export class Way {
  readonly #passages = new Set<Passage>();
  #state: 'open' | 'cut' | 'hanging' = 'open';
  #delayMs = 0;
  #toTear = 0;

  private constructor(
    private readonly server: Server,
    private readonly to: number,
  ) {
    server.on('connection', (near) => this.#enter(near));
  }

  /** From that port of loopback to this one. Whoever opens it closes it. */
  static async open(port: number, to: number): Promise<Way> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Way(server, to);
  }

  cut(): void {
    this.#state = 'cut';
    this.#endAll();
  }

  hang(): void {
    this.#state = 'hanging';
  }

  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** The next so many pieces get through by half, and then their connection is gone. */
  tear(times: number): void {
    this.#toTear = times;
  }

  heal(): void {
    this.#state = 'open';
    this.#delayMs = 0;
    this.#toTear = 0;
    for (const passage of this.#passages) this.#bring(passage);
  }

  close(): void {
    this.server.close();
    this.cut();
  }

  #endAll(): void {
    for (const { near, far } of this.#passages) {
      near.destroy();
      far.destroy();
    }
  }

  #enter(near: Socket): void {
    if (this.#state === 'cut') {
      near.on('error', () => undefined).destroy();
      return;
    }
    const far = connect(this.to, '127.0.0.1');
    const passage: Passage = { near, far, toFar: [], toNear: [] };
    this.#passages.add(passage);
    for (const [from, held] of [
      [near, passage.toFar],
      [far, passage.toNear],
    ] as const) {
      from.setNoDelay();
      from.on('data', (bytes: Buffer) => {
        held.push({ bytes, at: Date.now() + this.#delayMs });
        if (held.reduce((sum, { bytes: { length } }) => sum + length, 0) > heldAtMost) from.pause();
        this.#bring(passage);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#passages.delete(passage);
        clearTimeout(passage.again);
        near.destroy();
        far.destroy();
      });
    }
  }

  /** Brings over what is due. */
  #bring(passage: Passage): void {
    const { near, far, toFar, toNear } = passage;
    if (this.#state !== 'open') return;
    for (const [from, held, to] of [
      [near, toFar, far],
      [far, toNear, near],
    ] as const) {
      while (held.length > 0 && held[0]!.at <= Date.now()) {
        const { bytes } = held.shift()!;
        if (this.#toTear > 0 && bytes.length > 1) {
          this.#toTear--;
          to.end(bytes.subarray(0, bytes.length >> 1));
          from.destroy();
          return;
        }
        to.write(bytes);
      }
      if (held.length === 0) from.resume();
    }
    const next = Math.min(...[toFar, toNear].map(([first]) => first?.at ?? Infinity));
    clearTimeout(passage.again);
    if (next < Infinity)
      passage.again = setTimeout(() => this.#bring(passage), Math.max(1, next - Date.now()));
  }
}
