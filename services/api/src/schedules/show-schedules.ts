import type { Block } from '@chasqui/contracts';
import { draw, rendered, scheduleSentences as say, type Rendered } from '@chasqui/replies';
import { upcoming, type Schedule } from './schedule.js';
import { writeTimetable } from './timetable.js';

/** Schedules as a table, by the names that who reads it can give back: those of others with whose they are. */
export function showSchedules(schedules: readonly Schedule[], reader: string): Rendered {
  const records = schedules.map((schedule) => ({
    name: nameTo(reader, schedule),
    when: writeTimetable(schedule.timetable),
    line: schedule.line,
    state: stateOf(schedule),
    next: nextOf(schedule) ?? '',
    last: schedule.last?.status ?? '',
  }));
  const columns = ['name', 'when', 'line', 'state', 'next', 'last'];
  return rendered('succeeded', draw({ records, view: { kind: 'table', columns } }));
}

/** The name by which somebody asks for a schedule: `nightly`, or `alice/nightly` for one of somebody else. */
export function nameTo(reader: string, { name, owner }: Schedule): string {
  return owner.username === reader ? name : `${owner.username}/${name}`;
}

/** All about one. */
export function showSchedule(schedule: Schedule): Rendered {
  const { name, owner, line, timetable, missed, scopes, place, last, missedCount, missedAt } = schedule;
  const { zone } = timetable;
  const fields = {
    name,
    'runs as': owner.username,
    line,
    when: writeTimetable(timetable),
    state: stateOf(schedule),
    next: upcoming(schedule, 3)
      .map((at) => say.time(at, zone))
      .join('\n'),
    missed:
      missedCount === 0
        ? missed
        : `${missed}; ${missedCount} left out, the last ${say.time(missedAt!, zone)}`,
    'uses only': scopes?.join(', '),
    'answers in': say.place(place),
    last: last && `${say.time(last.dueAt, zone)}: ${last.status ?? 'not on record'}, run ${last.runId}`,
  };
  const told = Object.entries(fields).filter((field): field is [string, string] => !!field[1]);
  const block: Block = { kind: 'fields', fields: told.map(([of, value]) => ({ name: of, value })) };
  return rendered('succeeded', [block]);
}

export function stateOf({ paused, nextAt }: Schedule): string {
  return say.state(paused, nextAt);
}

function nextOf(schedule: Schedule): string | undefined {
  const [at] = upcoming(schedule, 1);
  return at === undefined ? undefined : say.time(at, schedule.timetable.zone);
}
