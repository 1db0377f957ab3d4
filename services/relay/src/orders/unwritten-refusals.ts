import type { Refused } from '@chasqui/contracts';
import type { Attempt } from './entries.js';

/** So many are remembered at most; the oldest go. */
const most = 10_000;

/**
 * What was refused while the journal took nothing, as on a full disk: the same order, coming again when there is room, must not be run after all. For as
 * long as this process lives; an order that comes again to the next one is too late, unless that begins within the order's own time.
 */
export class UnwrittenRefusals {
  private readonly reports = new Map<string, Refused>();

  remember(report: Refused): void {
    this.reports.set(keyOf(report), report);
    const [oldest] = this.reports.keys();
    if (this.reports.size > most) this.reports.delete(oldest!);
  }

  of(attempt: Attempt): Refused | undefined {
    return this.reports.get(keyOf(attempt));
  }
}

function keyOf({ executionId, attempt }: Pick<Attempt, 'executionId' | 'attempt'>): string {
  return `${executionId} ${attempt}`;
}
