import type { ChatMessage } from '@chasqui/contracts';
import { runIdOf } from '../commands/run-id.js';
import type { RunSchedule } from './run-schedule.js';
import type { Schedule } from './schedule.js';

/**
 * What a schedule says when it fires, as if it were said where it was made. Its id follows from the schedule and the time that was due, and no two
 * runs have the same: however often and wherever it is fired, one run comes of it.
 */
export function messageOf({ id, line, place }: Schedule, dueAt: number, now: number): ChatMessage {
  return { ...place, id: `schedule:${id}:${dueAt}`, addressed: 'api', text: line, saidAt: now };
}

/** The id of the run that comes of it. */
export function firedRunId(schedule: Schedule, dueAt: number): string {
  return runIdOf(messageOf(schedule, dueAt, dueAt));
}

/** What the run says of where it comes from. */
export function runScheduleOf(
  { id, name, owner, timetable }: Schedule,
  { dueAt, late, byHand }: { readonly dueAt: number; readonly late: boolean; readonly byHand: boolean },
): RunSchedule {
  return {
    id,
    name,
    of: owner.username,
    dueAt,
    zone: timetable.zone,
    ...(late && { late }),
    ...(byHand && { byHand }),
  };
}
