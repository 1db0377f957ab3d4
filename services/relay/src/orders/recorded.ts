import type { DriverName } from '@chasqui/contracts';
import { inOrder, type Spans } from './journal-spans.js';

/** What the journal knows of one attempt of one execution, until that is settled. */
export interface Recorded {
  readonly execution: string;
  readonly attempt: number;
  run: string;
  startBy: number;
  state: 'taken' | 'starting' | 'finished';
  /** Whether somebody asked for it to be stopped. */
  cancelling?: true;
  driver?: DriverName;
  handle?: string;
  /** How often a relay process has started or adopted it, less one. */
  epoch: number;
  /** When it reached its state, by this machine's clock. */
  at: number;
  /** When a driver had started it; before that is known, when one was given it. */
  startedAt?: number;
  /** Where its lines are: memory holds no order and no report. */
  spans: Spans;
}

/** What is left of it then, so that a replayed order is recognised: little, for there are thousands. */
export interface Settled {
  readonly state: 'settled';
  readonly startBy: number;
  readonly at: number;
  spans: Spans;
}

/** Bytes of its lines that a rewriting must keep: the report of a settled execution stays as long as there is room, and is not counted. */
export function usefulBytes({ state, spans }: Recorded | Settled): number {
  return inOrder(spans).reduce(
    (sum, [kind, { bytes }]) => sum + (state === 'settled' && kind === 'finished' ? 0 : bytes),
    0,
  );
}
