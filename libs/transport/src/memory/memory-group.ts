import { deliver, type Consumer, type RawMessage } from '../deliver.js';
import { Lanes, Turns } from '../lanes.js';
import type { Handler } from '../transport.js';

interface Member {
  readonly handler: Handler;
  /** What it is doing now. */
  readonly working: Set<Promise<void>>;
}

interface Numbered {
  readonly number: number;
  readonly message: RawMessage;
}

/** A group of one topic: its members take turns, and what comes while there is none waits for the next. */
export class MemoryGroup {
  readonly #consumer: Consumer;
  readonly #members: Member[] = [];
  /** What came while there was no member, in the order it came. */
  #waiting: Numbered[] = [];
  #lanes: Lanes<Numbered> | undefined;
  #leaving: Promise<void> | undefined;
  #count = 0;

  constructor(consumer: Omit<Consumer, 'handler'>) {
    this.#consumer = { ...consumer, handler: (message, value) => this.#handle(message, value) };
  }

  take(message: RawMessage): void {
    this.#add({ number: this.#count++, message });
  }

  /** Answers with how to leave again, which in turn answers whether it was the last to leave. */
  async join(handler: Handler): Promise<() => Promise<boolean>> {
    await this.#leaving;
    const member: Member = { handler, working: new Set() };
    this.#members.push(member);
    this.#lanes ??= new Lanes(new Turns(64), ({ message }, rest) => deliver(message, this.#consumer, rest));
    const waiting = this.#waiting.sort((a, b) => a.number - b.number);
    this.#waiting = [];
    for (const item of waiting) this.#add(item);
    return () => this.#leave(member);
  }

  async close(): Promise<void> {
    while (this.#members[0]) await this.#leave(this.#members[0]);
  }

  async #leave(member: Member): Promise<boolean> {
    const place = this.#members.indexOf(member);
    if (place >= 0) this.#members.splice(place, 1);
    const last = this.#members.length === 0;
    if (last && this.#lanes) {
      this.#leaving = this.#lanes.stop();
      this.#lanes = undefined;
    }
    await this.#leaving;
    await Promise.allSettled(member.working);
    return last;
  }

  #add(item: Numbered): void {
    if (!this.#lanes) {
      this.#waiting.push(item);
      return;
    }
    void this.#lanes.add(item.message.key, item).then((over) => {
      if (!over) this.#add(item);
    });
  }

  async #handle(...message: Parameters<Handler>): Promise<void> {
    const member = this.#members.shift();
    if (!member) throw new Error('nobody is left in the group');
    this.#members.push(member);
    // Never inside `publish`: whoever publishes has gone on before anybody hears of it.
    const work = new Promise<void>((resolve) => setImmediate(resolve)).then(() => member.handler(...message));
    member.working.add(work);
    try {
      await work;
    } finally {
      member.working.delete(work);
    }
  }
}
