import type { ChatMessage } from '@chasqui/contracts';
import { firingsAfter, writeTimetable, type Timetable } from './timetable.js';

/** What is done about firings that nobody was there for: nothing, or one for all of them. */
export type Missed = 'skip' | 'once';

/** Where a schedule was made, and so where it answers; in the words of the adapter. */
export type SchedulePlace = Pick<ChatMessage, 'adapter' | 'workspace' | 'room' | 'sender' | 'mentions'>;

/** A line that is said by a timetable, as whoever made it. Times in milliseconds since the epoch. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly id: string; readonly username: string; readonly active: boolean };
  readonly timetable: Timetable;
  readonly line: string;
  readonly missed: Missed;
  /** The permissions that the token was for with which it was made: it uses no other. */
  readonly scopes?: readonly string[];
  readonly place: SchedulePlace;
  readonly createdAt: number;
  /** Since when it rests, and who wanted that; or the code of what did. */
  readonly paused?: { readonly at: number; readonly by?: string; readonly code?: string };
  /** When it fires next; undefined once its timetable is over. */
  readonly nextAt?: number;
  /** Since when it is to fire besides, because its owner asked for that. */
  readonly askedAt?: number;
  /** The last firing: when it was due, and the run that came of it. */
  readonly last?: { readonly dueAt: number; readonly runId: string; readonly status?: string };
  /** How many times it was not fired because nobody was there, and when that was noticed last. */
  readonly missedCount: number;
  readonly missedAt?: number;
  /** How often the firing that is due was tried. */
  readonly attempts: number;
}

/** A row of `schedules` with its owner and the status of its last run. */
export interface ScheduleRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly username: string;
  readonly active: boolean;
  readonly cron: string;
  readonly zone: string;
  readonly line: string;
  readonly missed: Missed;
  readonly scopes: string[] | null;
  readonly place: SchedulePlace;
  readonly created_at: Date;
  readonly next_at: Date | null;
  readonly asked_at: Date | null;
  readonly paused_at: Date | null;
  readonly paused_by: string | null;
  readonly paused_code: string | null;
  readonly attempts: number;
  readonly last_due: Date | null;
  readonly last_run: string | null;
  readonly last_status: string | null;
  readonly missed_count: number;
  readonly missed_at: Date | null;
}

export function scheduleOf(row: ScheduleRow): Schedule {
  const { id, name, line, missed, place, attempts, paused_at: pausedAt, last_run: runId } = row;
  return {
    id,
    name,
    owner: { id: row.owner, username: row.username, active: row.active },
    timetable: { cron: row.cron, zone: row.zone },
    line,
    missed,
    ...(row.scopes && { scopes: row.scopes }),
    place,
    createdAt: row.created_at.getTime(),
    ...(pausedAt && {
      paused: {
        at: pausedAt.getTime(),
        ...(row.paused_by !== null && { by: row.paused_by }),
        ...(row.paused_code !== null && { code: row.paused_code }),
      },
    }),
    nextAt: row.next_at?.getTime(),
    askedAt: row.asked_at?.getTime(),
    ...(runId !== null && {
      last: { dueAt: row.last_due!.getTime(), runId, status: row.last_status ?? undefined },
    }),
    missedCount: row.missed_count,
    missedAt: row.missed_at?.getTime(),
    attempts,
  };
}

/** When it fires next, at most so many times; nothing while it rests. */
export function upcoming({ paused, nextAt, timetable }: Schedule, most: number): number[] {
  if (paused || nextAt === undefined) return [];
  return [nextAt, ...(most > 1 ? firingsAfter(timetable, nextAt, most - 1) : [])];
}

/** What sentences need of it. */
export function toldOf(schedule: Schedule) {
  const { name, line, timetable, nextAt } = schedule;
  return { name, line, when: writeTimetable(timetable), zone: timetable.zone, next: nextAt };
}
