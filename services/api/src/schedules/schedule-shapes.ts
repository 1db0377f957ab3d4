import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { AdapterName } from '../people/shapes.js';
import { longestLine } from './line-fault.js';
import { upcoming, type Schedule } from './schedule.js';
import { stateOf } from './show-schedules.js';
import { writeTimetable } from './timetable.js';

/** A schedule as REST tells it. Times are ISO 8601. */
export const ScheduleShape = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    owner: z.string().describe('whom it runs as: a user name'),
    when: z.string().describe('minute, hour, day of the month, month, day of the week, time zone'),
    zone: z.string(),
    line: z.string(),
    missed: z.enum(['skip', 'once']),
    scopes: z
      .array(z.string())
      .optional()
      .describe('the permissions of the token that made it: it uses no other'),
    adapter: z.string().describe('where it answers; `http` where its runs are all there is'),
    workspace: z.string().optional(),
    room: z.string().optional(),
    state: z.string().describe('`on`, `over`, or that it is paused and by whom'),
    pausedAt: z.iso.datetime().optional(),
    pausedBy: z.string().optional(),
    pausedBecause: z.string().optional().describe('where nobody paused it: `inactive-person`'),
    next: z.array(z.iso.datetime()).describe('the next times, at most three'),
    last: z
      .strictObject({ dueAt: z.iso.datetime(), runId: z.uuid(), status: z.string().optional() })
      .optional(),
    missedCount: z.number().int().describe('how many times were left out because nobody was there'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Schedule' });
export type ScheduleShape = z.infer<typeof ScheduleShape>;

export const NewSchedule = z.object({
  when: oneLine(300).describe('`0 9 * * mon-fri Europe/Berlin`; without a zone it is UTC'),
  line: z.string().min(1).max(longestLine).describe('as it would be typed in chat, without the prefix'),
  name: oneLine(63).optional().describe('after its first command where it is not said'),
  missed: z.enum(['skip', 'once']).optional(),
  answerIn: z
    .strictObject({
      adapter: AdapterName,
      workspace: oneLine(200).optional(),
      room: oneLine(200).min(2).describe('`#ops`, which Chasqui was spoken to in'),
    })
    .optional()
    .describe('the room where its answers go; without it they stand in its runs'),
});
export type NewSchedule = z.infer<typeof NewSchedule>;

export function toldSchedule(schedule: Schedule): ScheduleShape {
  const { id, name, owner, timetable, line, missed, scopes, place, paused, last, missedCount } = schedule;
  return {
    id,
    name,
    owner: owner.username,
    when: writeTimetable(timetable),
    zone: timetable.zone,
    line,
    missed,
    ...(scopes && { scopes: [...scopes] }),
    adapter: place.adapter,
    ...(place.workspace !== undefined && { workspace: place.workspace }),
    ...(place.adapter !== 'http' && { room: place.room.name ?? place.room.id }),
    state: stateOf(schedule),
    ...(paused && { pausedAt: iso(paused.at) }),
    ...(paused?.by !== undefined && { pausedBy: paused.by }),
    ...(paused?.code !== undefined && { pausedBecause: paused.code }),
    next: upcoming(schedule, 3).map(iso),
    ...(last && { last: { ...last, dueAt: iso(last.dueAt) } }),
    missedCount,
    createdAt: iso(schedule.createdAt),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
