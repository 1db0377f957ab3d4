import type { Schedule } from './schedule.js';
import { nextAfter } from './timetable.js';

/** What is to be done about a schedule whose time has come. Times in milliseconds since the epoch. */
export interface Due {
  /** Fire it, as what was due then; undefined where that was missed and is left out. */
  readonly fire?: { readonly dueAt: number; readonly late: boolean; readonly byHand: boolean };
  /** When it is due again; undefined where its timetable is over. */
  readonly nextAt: number | undefined;
}

/** What comes later than this was missed, and is for the schedule's policy: nobody was there. In milliseconds. */
export const missedAfterMs = 60_000;

/**
 * Decides about a schedule that is due: one that was asked for by hand fires, and its timetable stays as it is; one whose time has come fires, once,
 * however many of its times have passed. Pure, and by the row alone, so that every instance decides alike.
 */
export function due(
  schedule: Pick<Schedule, 'timetable' | 'missed' | 'nextAt' | 'askedAt'>,
  now: number,
): Due {
  const { timetable, missed, nextAt, askedAt } = schedule;
  if (askedAt !== undefined) return { fire: { dueAt: askedAt, late: false, byHand: true }, nextAt };
  const late = now - nextAt! > missedAfterMs;
  const next = nextAfter(timetable, Math.max(now, nextAt!));
  if (late && missed === 'skip') return { nextAt: next };
  return { fire: { dueAt: nextAt!, late, byHand: false }, nextAt: next };
}
