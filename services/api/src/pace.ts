import type { Rate } from '@chasqui/settings';

/** It was too often. */
export interface TooOften {
  /** Until it may be asked again, in milliseconds. */
  readonly retryAfterMs: number;
}

interface Window {
  endsAt: number;
  count: number;
}

/** At most so many are counted at once; those that were begun first go first. */
const mostKeys = 20_000;

/**
 * Counts how often each of many does something, in windows of a fixed length that begin when it does. In memory, without a timer, and for
 * this process alone.
 */
export class Pace {
  private readonly windows = new Map<string, Window>();

  /** @param rate undefined for no limit */
  constructor(private readonly rate: Rate | undefined) {}

  /** Counts one more of `key`; says so where that is too many. */
  take(key: string, now: number): TooOften | undefined {
    if (!this.rate) return undefined;
    const { most, withinMs } = this.rate;
    const window = this.windowOf(key, now, withinMs);
    window.count += 1;
    if (window.count <= most) return undefined;
    return { retryAfterMs: window.endsAt - now };
  }

  /** Whether `key` has used up what it may, without counting. */
  spent(key: string, now: number): TooOften | undefined {
    const window = this.windows.get(key);
    if (!this.rate || !window || window.endsAt <= now || window.count < this.rate.most) return undefined;
    return { retryAfterMs: window.endsAt - now };
  }

  private windowOf(key: string, now: number, withinMs: number): Window {
    const known = this.windows.get(key);
    if (known && known.endsAt > now) return known;
    this.windows.delete(key);
    if (this.windows.size >= mostKeys) this.windows.delete(this.windows.keys().next().value!);
    const begun = { endsAt: now + withinMs, count: 0 };
    this.windows.set(key, begun);
    return begun;
  }
}
