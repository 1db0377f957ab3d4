import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RelayEvents } from '../events.js';
import { readPolicy, type Policy } from '../policy.js';

type Told = Pick<RelayEvents, 'policyChanged' | 'policySame' | 'policyBroken'>;

/**
 * The policy as it stands now. Its file is read again on request and when it has changed; what runs by then goes on as it began, what waits is
 * held against the new one when its turn comes. A file that cannot be read changes nothing, and is told of once.
 */
export class StandingPolicy {
  /** The text, or why there was none, that was looked at last. */
  private seen: string | undefined;
  private readonly over = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private policy: Policy,
    private readonly file: string | undefined,
    private readonly events: Told,
  ) {}

  get current(): Policy {
    return this.policy;
  }

  /** Looks at the file every so many milliseconds: a volume of Kubernetes changes without anybody sending a signal. */
  watch(everyMs: number): void {
    void (async () => {
      while (this.file !== undefined && !this.over.signal.aborted) {
        await this.look(false);
        await delay(everyMs, undefined, { signal: this.over.signal, ref: false }).catch(() => undefined);
      }
    })();
  }

  /** Reads it now, and says what came of it even where nothing changed. */
  readAgain(): Promise<void> {
    return this.look(true);
  }

  stop(): void {
    this.over.abort();
  }

  /** One reading after the other, or an older text could win. */
  private look(asked: boolean): Promise<void> {
    this.reading = this.reading.then(() => this.read(asked));
    return this.reading;
  }

  private async read(asked: boolean): Promise<void> {
    const { file, events } = this;
    if (file === undefined) return;
    const text = await readFile(file, 'utf8').catch((error: unknown) => error as Error);
    const seen = String(text);
    if (seen === this.seen && !asked) return;
    this.seen = seen;
    const read = typeof text === 'string' ? readPolicy(text) : { faults: [text.message] };
    if ('faults' in read) return events.policyBroken(file, read.faults);
    if (!isDeepStrictEqual(read.policy, this.policy)) {
      this.policy = read.policy;
      events.policyChanged(file);
    } else if (asked) events.policySame(file);
  }
}
