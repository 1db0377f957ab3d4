import { deliver, type Consumer, type RawMessage } from './deliver.js';
import { Lanes, type Turns } from './lanes.js';
import { Ledger } from './ledger.js';

/** How much of a partition may lie unfinished before no more is read. */
const room = { messages: 500, bytes: 16 * 1024 * 1024 };

/** What this process does for one partition while it is ours. */
export class Partition {
  readonly ledger = new Ledger();
  readonly #lanes: Lanes<RawMessage>;
  readonly #wanting = new Set<() => void>();
  #bytes = 0;

  constructor(
    consumer: Consumer,
    turns: Turns,
    private readonly over: () => void,
  ) {
    this.#lanes = new Lanes(turns, (message, rest) => deliver(message, consumer, rest));
  }

  /** The message at this place of the partition; places rise, and need not be without gaps. */
  take(offset: number, message: RawMessage): void {
    if (!this.ledger.begin(offset)) return;
    const bytes = message.value.length;
    this.#bytes += bytes;
    void this.#lanes.add(message.key, message).then((over) => {
      this.#bytes -= bytes;
      if (!over) return;
      this.ledger.end(offset);
      if (this.hasRoom()) this.#giveRoom();
      this.over();
    });
  }

  /** Nobody is at work; what is not over rests. */
  quiet(): Promise<void> {
    return this.#lanes.quiet();
  }

  hasRoom(): boolean {
    return this.ledger.open < room.messages && this.#bytes < room.bytes;
  }

  /** Resolves when there is some. */
  async room(): Promise<void> {
    if (!this.hasRoom()) await new Promise<void>((resolve) => this.#wanting.add(resolve));
  }

  stop(): Promise<void> {
    return this.#lanes.stop();
  }

  #giveRoom(): void {
    for (const give of this.#wanting) give();
    this.#wanting.clear();
  }
}
