import { setMaxListeners } from 'node:events';
import { pause } from './pause.js';

/** So many may work at once; the others wait for a turn in the order they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  take(): Promise<void> | void {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

/** Does an item; `rest` gives its turn to others for a while. Answers whether the item is over. Must not throw. */
export type Work<T> = (item: T, rest: (ms: number) => Promise<boolean>) => Promise<boolean>;

interface Waiting<T> {
  readonly item: T;
  readonly settle: (over: boolean) => void;
}

/**
 * One lane for each key: items of one key one after another, those of different keys at the same time. An item that rests
 * holds up its own lane and no other.
 */
export class Lanes<T> {
  readonly #lanes = new Map<string, Waiting<T>[]>();
  readonly #stopping = new AbortController();
  readonly #quiet = new Set<() => void>();
  #busy = 0;

  constructor(
    private readonly turns: Turns,
    private readonly work: Work<T>,
  ) {
    // Every item that rests listens for the stop.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Resolves with true once the item is over, with false when it was given up because of `stop`. */
  add(key: string, item: T): Promise<boolean> {
    return new Promise((settle) => {
      const lane = this.#lanes.get(key);
      if (lane) {
        lane.push({ item, settle });
      } else {
        const opened = [{ item, settle }];
        this.#lanes.set(key, opened);
        void this.#drive(key, opened);
      }
    });
  }

  /** Resolves when nobody works or is about to: what is left rests, or stands behind one that rests. */
  async quiet(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#quiet.add(resolve));
  }

  /** Gives up what rests or has not begun, and waits for what is at work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    while (this.#lanes.size > 0) {
      await this.quiet();
      await Promise.resolve();
    }
  }

  async #drive(key: string, lane: Waiting<T>[]): Promise<void> {
    this.#wake();
    for (let next = lane[0]; next; next = lane[0]) {
      await this.turns.take();
      const over = this.#stopping.signal.aborted ? false : await this.work(next.item, this.#rest);
      this.turns.give();
      lane.shift();
      next.settle(over);
    }
    this.#lanes.delete(key);
    this.#sleep();
  }

  readonly #rest = async (ms: number): Promise<boolean> => {
    this.turns.give();
    this.#sleep();
    const rested = await pause(ms, this.#stopping.signal);
    this.#wake();
    await this.turns.take();
    return rested && !this.#stopping.signal.aborted;
  };

  #wake(): void {
    this.#busy++;
  }

  #sleep(): void {
    if (--this.#busy > 0) return;
    for (const tell of this.#quiet) tell();
    this.#quiet.clear();
  }
}
