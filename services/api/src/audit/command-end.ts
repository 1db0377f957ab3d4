import type { ExecutionState } from '@chasqui/contracts';
import type { End } from '../runs/end-of.js';
import { finalStep } from '../runs/open-execution.js';

/** What an entry about the end of a run adds to the first one. */
export interface CommandEnd {
  readonly status: ExecutionState;
  readonly code?: string;
  readonly exitCode?: number;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** From accepted to finished, in milliseconds. */
  readonly durationMs: number;
  readonly imageDigest?: string;
  /** Who asked for it to be cancelled first: a user name. */
  readonly cancelRequestedBy?: string;
  /** Who says so of a single execution: the relay, or the API where the relay is silent. */
  readonly by?: 'relay' | 'api';
}

/** How one execution ended, for the entry about its run. Times in milliseconds since the epoch. */
export function commandEnd(
  end: End,
  status: ExecutionState,
  acceptedAt: number,
  at: number,
  cancelRequestedBy?: string,
): CommandEnd {
  const { code, exitCode, startedAt, imageDigest, who } = end;
  return {
    status,
    code,
    exitCode,
    startedAt,
    imageDigest,
    cancelRequestedBy,
    by: who,
    durationMs: Math.max(0, at - acceptedAt),
  };
}

/** Which entry about its run an end is, by the number of its reply: one more for each end, because what was lost may end again. */
export function stepOf(replySeq: number): number {
  return Math.floor(replySeq / finalStep);
}

/**
 * SQL for the rows of ends, for `entriesWritten`: everything that the first entry about each run says, and what has come of it since. Where that
 * entry was removed with its time over, the end stands alone. As long as nothing was analysed, PostgreSQL takes all ways to that entry for equally good and goes
 * through all there are: so it is asked for one at a time (`lateral`, `limit`), and its kind of a query, lest one of the indexes of commands alone be taken for
 * that by kind, run and step.
 * @param ended SQL of a `from` with `id`, `run_id`, `at` (timestamptz), `step` and `content` as `x`
 */
export function endRows(ended: string): string {
  return `select x.id, x.at, 'command', x.run_id, x.step,
      coalesce(f.content, '{}') - 'finishedAt' || x.content || jsonb_build_object('finishedAt', to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from ${ended} left join lateral (
      select content from audit_entries where kind = (select 'command') and about = x.run_id and step = 0 limit 1
    ) f on true`;
}
