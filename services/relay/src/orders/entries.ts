import type { Order } from '@chasqui/contracts';
import type { Job } from './execute.js';
import type { Ended, JournalEntry } from './journal-line.js';

/** One attempt of one execution, as the journal and the events know it. */
export type Attempt = Pick<Order, 'runId' | 'executionId' | 'attempt' | 'startBy'>;

/** The journal's entries about an execution, each as of now. */
export function taken(order: Order, sealed: string): JournalEntry {
  return { kind: 'taken', ...entryOf(order), run: order.runId, startBy: order.startBy, order: sealed };
}

export function starting({ order, plan, epoch, adopted }: Job): JournalEntry {
  return {
    kind: 'starting',
    ...entryOf(order),
    driver: plan.driver.name,
    epoch,
    startedAt: adopted?.startedAt ?? Date.now(),
  };
}

export function running({ order, adopted }: Job, handle: string): JournalEntry {
  return { kind: 'running', ...entryOf(order), handle, startedAt: adopted?.startedAt ?? Date.now() };
}

/** It is to be stopped: should this process die before it is, the next one does it. */
export function cancelling(attempt: Attempt, by: string): JournalEntry {
  return { kind: 'cancelling', ...entryOf(attempt), by };
}

export function finished(attempt: Attempt, { report, kept }: Ended): JournalEntry {
  const { runId: run, startBy } = attempt;
  return { kind: 'finished', ...entryOf(attempt), run, startBy, report, ...(kept?.length && { kept }) };
}

export function settled(attempt: Attempt): JournalEntry {
  return { kind: 'settled', ...entryOf(attempt), run: attempt.runId, startBy: attempt.startBy };
}

function entryOf({ executionId, attempt }: Attempt) {
  return { execution: executionId, attempt, at: Date.now() };
}
