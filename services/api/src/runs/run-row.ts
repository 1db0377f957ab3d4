import type { StoredPlan } from '../commands/plan.js';
import type { RunSchedule } from '../schedules/run-schedule.js';

/** A run as it is written: column names of `runs`. Every column stands here, because a row is written whole from JSON. Times are ISO 8601. */
export interface RunRow {
  readonly id: string;
  readonly message_key: string;
  readonly line: string;
  readonly status: string;
  readonly code: string | null;
  readonly facts: unknown;
  readonly user_id: string | null;
  readonly username: string | null;
  readonly user_email: string | null;
  readonly adapter: string;
  readonly workspace: string | null;
  readonly room: string;
  readonly room_name: string | null;
  readonly thread: string | null;
  readonly sender: string;
  readonly in_reply_to: string;
  readonly bundle: string | null;
  readonly command: string | null;
  readonly version: string | null;
  readonly relay: string | null;
  readonly selector: string | null;
  readonly exit_code: number | null;
  readonly accepted_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly reply_seq: number;
  readonly reply: unknown;
  /** What is still to be done, and how the result is shown; none where the plain way does. */
  readonly plan: StoredPlan | null;
  /** Whether it goes on after its first execution. */
  readonly staged: boolean;
  /** The records it came to, where they are not simply what its execution printed. */
  readonly result: unknown;
  /** The line after aliases and history, where they changed it. */
  readonly expanded: string | null;
  /** Whether a secret was taken out of the line. */
  readonly masked: boolean;
  /** The permissions that the token was for which it was asked with; null where it was for everything. */
  readonly scopes: readonly string[] | null;
  /** Since when it is to be cancelled, and who asked for that first: a user name. */
  readonly cancel_requested_at: string | null;
  readonly cancel_requested_by: string | null;
  /** The schedule that said it, where nobody did. */
  readonly schedule: RunSchedule | null;
}

/** An execution as it is written: column names of `executions`. */
export interface ExecutionRow {
  readonly id: string;
  readonly run_id: string;
  readonly relay: string;
  readonly attempt: number;
  readonly state: string;
  readonly start_by: string;
  readonly timeout_ms: number;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly exit_code: number | null;
  readonly outcome: unknown;
  readonly epoch: number;
  readonly output_bytes: number;
  readonly dropped_bytes: number;
  readonly gap_before: number | null;
  /** Which stage of its run's plan, from 0; and which item of that stage. */
  readonly stage: number;
  readonly item: number;
  /** The record it was given, where its stage runs once for each. */
  readonly input: unknown;
  /** Of the image that it ran in, where its driver has images. */
  readonly image_digest: string | null;
  /** How the rules came out with the record that it was given: `JudgedRule`s, where they waited for it. */
  readonly judged: unknown;
  /** What it waits for, where it does. */
  readonly waits_for: WaitsFor | null;
  /** When its time comes, where it waits for that; and when it is given up, where it waits for what may never come. */
  readonly not_before: string | null;
  readonly give_up_at: string | null;
  /** The lock that it needs, and the limit that it counts under, with how many there may be at once. */
  readonly lock_key: string | null;
  readonly limit_key: string | null;
  readonly limit_most: number | null;
  /** Where it stands among those that wait for the same: written by the database as it begins to wait. */
  readonly place: string | null;
  /** Of the first attempt of the same; null stands for its own id. */
  readonly idempotency_key: string | null;
  /** The attempt that follows it; then what becomes of that one is the run's. */
  readonly superseded_by: string | null;
}

/**
 * What an execution waits for: its `turn`, because only so many of a stage run at once; its `wave`, of a fan-out; a `lock` that another holds; a
 * `limit` on how many of its command may run, by then it has its lock; a `relay` that fits; or the time of a `retry`.
 */
export type WaitsFor = 'turn' | 'wave' | 'lock' | 'limit' | 'relay' | 'retry';

/** What stands in the row of an execution that no relay has begun. */
export const notBegun = {
  started_at: null,
  finished_at: null,
  exit_code: null,
  outcome: null,
  epoch: 0,
  output_bytes: 0,
  dropped_bytes: 0,
  gap_before: null,
  image_digest: null,
} satisfies Partial<ExecutionRow>;
