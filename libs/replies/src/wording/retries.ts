import { both, clock } from './amounts.js';

/** What was the matter with a relay, or with its engine, so that a command ended there without an end of its own. */
export type RelayFault = 'lost' | 'revoked' | 'unknown' | 'expired' | 'stopping' | 'journal' | 'engine';

/** An attempt that came to nothing because of its relay. */
export interface FailedAttempt {
  readonly relay: string;
  readonly fault: RelayFault;
}

const what: Readonly<Record<RelayFault, string>> = {
  lost: 'was lost',
  revoked: 'was revoked',
  unknown: 'was restarted while it ran',
  expired: 'did not start it in time',
  stopping: 'was shutting down',
  journal: 'could not write it down',
  engine: 'could not reach its engine',
};

/** What is said of commands that are tried again because their relay failed. Times in milliseconds since the epoch. */
export const retrySentences = {
  /** Under the reply of what runs again, or will at `at` where it waits. */
  again({ relay, fault, to, at, now }: FailedAttempt & { to: string; at?: number; now: number }): string {
    const where = to === relay ? 'there' : `on ${to}`;
    const when = at !== undefined && at > now ? ` at ${clock(at, now)}` : '';
    return `${relay} ${what[fault]}; trying again ${where}${when}`;
  },

  /** Under the end: which attempt it was, and what became of those before it. */
  tried(before: readonly FailedAttempt[]): string {
    const said = before.map(({ relay, fault }) => `${relay} ${what[fault]}`);
    return `attempt ${before.length + 1}: ${both(said)}`;
  },

  /** Under the end of what could have been tried again and was not. */
  notAgain(why: string): string {
    return `not tried again: ${why}`;
  },

  tooLate:
    'it is too late for that, because nobody waits for it any more. send it again if you still want it',
};

/** How something ended, as it stands or as a relay says it. */
interface Ended {
  readonly status: string;
  readonly exitCode?: number;
}

/** Of an end that was reported when another one stood already. */
export function evidenceSentence({
  relay,
  stands,
  said,
}: {
  readonly relay: string;
  readonly stands: Ended;
  readonly said: Ended & { readonly reportedAt: string };
}): string {
  return `at ${said.reportedAt} ${relay} said: ${ended(said)}. the first end stands: ${ended(stands)}`;
}

function ended({ status, exitCode }: Ended): string {
  return exitCode === undefined ? status : `${status}, exit code ${exitCode}`;
}
