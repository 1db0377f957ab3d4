import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV, KvWatchEntry } from '@nats-io/kv';

/** How far a group is in one partition, and which member reads it. */
export interface Place {
  readonly holder: string | null;
  /** The sequence number of the stream that is read next. */
  readonly position: number;
}

/** A place as it was last seen, by the number of its change. */
export interface Noted extends Place {
  readonly revision: number;
}

/** A member that says nothing for so long is gone, in milliseconds; Kafka's sessions are as long here. */
const silentMs = 6_000;

/**
 * What the members of one group tell one another, in a bucket of NATS: that they are there, and who reads which partition and how far. A
 * place is only ever changed by whoever knows its last revision, so that of two who want it one gets it, and whoever was thought
 * gone cannot write over their successor.
 */
export class GroupBoard {
  /** When each was last heard, or that it said it goes. */
  readonly #members = new Map<string, number | 'gone'>();
  #since = performance.now();
  readonly #places = new Map<number, Noted>();

  constructor(
    private readonly bucket: KV,
    private readonly group: string,
    readonly member: string,
    private readonly changed: () => void,
  ) {}

  /** Resolves once what is there is known, and keeps it so until `signal`; `ended` settles when that breaks. */
  async watch(signal: AbortSignal): Promise<{ ended: Promise<void> }> {
    this.#since = performance.now();
    const entries = await this.bucket.watch({ key: `${this.group}.>` });
    signal.addEventListener('abort', () => entries.stop(), { once: true });
    // The client tells no end of what was there where nothing was; asking for one more entry of our own makes one.
    const mark = await this.bucket.put(`${this.group}.member.${this.member}`, '');
    let known!: () => void;
    const complete = new Promise<void>((resolve) => (known = resolve));
    const ended = (async () => {
      for await (const entry of entries) {
        this.#note(entry);
        if (entry.revision >= mark) known();
        this.changed();
      }
    })().finally(known);
    await complete;
    return { ended };
  }

  async sayHere(): Promise<void> {
    await this.bucket.put(`${this.group}.member.${this.member}`, '');
  }

  async sayGone(): Promise<void> {
    await this.bucket.purge(`${this.group}.member.${this.member}`);
  }

  /** Those who are there, in an order that is the same for all of them. */
  members(now: number): string[] {
    const there = [...this.#members].filter(([, heard]) => heard !== 'gone' && now - heard < silentMs);
    return [...new Set([...there.map(([id]) => id), this.member])].toSorted();
  }

  /**
   * Whether nobody reads it. Who was never heard may have spoken just before we listened, and is given as long as one who fell silent: a bucket keeps
   * only the last word of each, and that may have been on its way.
   */
  isFree({ holder }: Place, now: number): boolean {
    if (holder === null) return true;
    const heard = this.#members.get(holder) ?? this.#since;
    return heard === 'gone' || now - heard >= silentMs;
  }

  place(partition: number): Noted | undefined {
    return this.#places.get(partition);
  }

  /** Writes a place where its revision is still the one given (none where it is new). False where somebody else wrote it meanwhile. */
  async write(partition: number, place: Place, revision: number | undefined): Promise<boolean> {
    const key = `${this.group}.place.${partition}`;
    const text = JSON.stringify(place);
    try {
      const written = await (revision === undefined
        ? this.bucket.create(key, text)
        : this.bucket.update(key, text, revision));
      this.#places.set(partition, { ...place, revision: written });
      return true;
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error;
      // What was taken for lost may have arrived: the entry tells whose it is.
      const entry = await this.bucket.get(key);
      if (!entry || entry.operation !== 'PUT') throw error;
      const now = { ...entry.json<Place>(), revision: entry.revision };
      this.#places.set(partition, now);
      return now.holder === place.holder && now.position === place.position;
    }
  }

  #note(entry: KvWatchEntry): void {
    const { key, operation, revision } = entry;
    const [, kind, of] = /^.*\.(member|place)\.([^.]+)$/.exec(key) ?? [];
    if (kind === 'member' && of !== undefined) {
      if (operation === 'PUT') this.#members.set(of, performance.now());
      else this.#members.set(of, 'gone');
    }
    if (kind === 'place' && operation === 'PUT') {
      const known = this.#places.get(Number(of));
      if (known && known.revision >= revision) return;
      this.#places.set(Number(of), { ...entry.json<Place>(), revision });
    }
  }
}
