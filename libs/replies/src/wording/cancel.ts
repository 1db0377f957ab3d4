import { both, clock } from './amounts.js';

/** A relay that has to confirm, as it is: `state` since `since`, in milliseconds since the epoch. */
export interface ToldRelay {
  readonly relay: string;
  readonly state: string;
  readonly since: number;
}

/** Who asked, and which relays have not confirmed yet. Times in milliseconds since the epoch. */
interface Request {
  readonly by: string;
  readonly waitingFor: readonly ToldRelay[];
  readonly now: number;
}

/** What is said of cancelling, to whoever asks for it and in the reply of what is cancelled. */
export const cancelSentences = {
  /** Under the reply of what still runs. */
  underWay({ by, waitingFor, now }: Request): string {
    const away = waitingFor.filter(isAway);
    if (away.length === 0) return `cancel requested by ${by}, waiting for ${both(namesOf(waitingFor))}`;
    return `cancel requested by ${by}, not confirmed: ${whyAway(away, now)}`;
  },

  /** Relays were asked to stop it; `before` where `by` had asked for that already. Whether all of them can have heard is the state. */
  requested({ by, waitingFor, now, runId, before }: Request & { runId: string; before: boolean }) {
    const away = waitingFor.filter(isAway);
    const already = before ? `${by} has asked for that already. ` : '';
    if (away.length === 0) {
      const who = `${both(namesOf(waitingFor))} ${waitingFor.length > 1 ? 'are' : 'is'}`;
      const text = `${already}requested: ${who} to stop run ${runId}, and its reply says when that is done`;
      return { state: 'requested' as const, text };
    }
    const text = `${already}requested, not confirmed: ${whyAway(away, now)}. run ${runId}${whenBack(away)}`;
    return { state: 'unconfirmed' as const, text };
  },

  /** It is over by that. `began` tells whether anything of it was run. */
  done({ runId, began }: { readonly runId: string; readonly began: boolean }): string {
    return began
      ? `cancelled: nothing more of run ${runId} is started; what it did until then stays done`
      : `cancelled: run ${runId} was never started`;
  },

  /** There was nothing to cancel any more. */
  over({ runId, status }: { readonly runId: string; readonly status: string }): string {
    return status === 'cancelled'
      ? `run ${runId} was cancelled before`
      : `run ${runId} is not cancelled: it had ended before: ${status}`;
  },

  /** Under the end of a run that was to be cancelled and ended otherwise. */
  tooLate(by: string): string {
    return `${by} asked to cancel it; it ended before it was stopped`;
  },

  /** The same where how it ends is not known. */
  notConfirmed(by: string): string {
    return `${by} asked to cancel it, and that is not confirmed`;
  },

  /** Of a run of several stages that was cancelled between them. */
  between({
    by,
    notRun,
    runId,
  }: {
    readonly by: string;
    readonly notRun: readonly string[];
    readonly runId: string;
  }): string {
    const rest = notRun.length === 0 ? '' : `; ${both(notRun)} ${notRun.length > 1 ? 'were' : 'was'} not run`;
    return `cancelled by ${by}${rest}; what ran before stays done. run ${runId}`;
  },
};

function isAway({ state }: ToldRelay): boolean {
  return !here.has(state);
}

/** States in which a relay hears what is sent to it. */
const here: ReadonlySet<string> = new Set(['online', 'draining', 'paused', 'suspect']);

function namesOf(relays: readonly ToldRelay[]): string[] {
  return relays.map(({ relay }) => relay);
}

function whenBack(away: readonly ToldRelay[]): string {
  const back = away.filter(({ state }) => state !== 'revoked');
  if (back.length === 0) return '';
  return `; what runs there is stopped when ${back.length > 1 ? 'they come' : 'it comes'} back`;
}

function whyAway(relays: readonly ToldRelay[], now: number): string {
  return both(
    relays.map(({ relay, state, since }) =>
      state === 'never-seen'
        ? `${relay} has never been seen`
        : `${relay} is ${state} since ${clock(since, now)}`,
    ),
  );
}
