/** Now, in milliseconds since the epoch with microseconds behind the point; the same in every process of one machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** What the driver that does nothing noted of one run: when the relay handed it the order, and when it was done with it. */
export interface Mark {
  readonly runId: string;
  readonly handedAt: number;
  readonly finishedAt: number;
}

/** The value below which that share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
