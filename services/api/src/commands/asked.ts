import type { Caller } from '../http/caller.js';
import type { RunSchedule } from '../schedules/run-schedule.js';

/** How a line came to us, beside what the chat says of it. */
export interface Asked {
  /** The permissions that the token is for which it came with; the line may use no other. */
  readonly scopes?: readonly string[];
  /** How somebody came who asked over REST, for the audit log. */
  readonly caller?: Caller;
  /** The schedule that says it, as whoever made it: a user's id. */
  readonly schedule?: { readonly run: RunSchedule; readonly as: string };
}
