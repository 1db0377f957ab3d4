import { suggest } from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiConfig } from '../config.js';
import { recallsALine, Simulation } from '../explain/simulation.service.js';
import { newId } from '../ids.js';
import { CONFIG } from '../parts.js';
import { firedRunId, messageOf } from './firing.js';
import { lineFault, longestLine } from './line-fault.js';
import { manageSchedules, ownSchedules } from './run-schedule.js';
import { type Missed, type Schedule, type SchedulePlace } from './schedule.js';
import { usualScheduleLimits, type ScheduleLimits } from './schedule-limits.js';
import { isScheduleName, nameFor } from './schedule-name.js';
import { Schedules } from './schedules.service.js';
import { faultOf, nextAfter, readTimetable } from './timetable.js';

/** Who wants something with schedules, in a chat or over REST. */
export interface Scheduler {
  readonly id: string;
  readonly username: string;
  readonly holds: (permission: string) => boolean;
  /** The permissions that their token is for; undefined where it is for everything. */
  readonly scopes?: readonly string[];
}

/** A schedule as somebody writes it. */
export interface WrittenSchedule {
  /** `0 9 * * mon-fri Europe/Berlin` */
  readonly when: string;
  readonly line: string;
  readonly name?: string;
  readonly missed?: Missed;
}

/** What may be done to schedules, by whom. Times in milliseconds since the epoch. */
@Injectable()
export class Scheduling {
  private readonly limits: ScheduleLimits;

  constructor(
    private readonly schedules: Schedules,
    private readonly simulation: Simulation,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.limits = config.schedules ?? usualScheduleLimits;
  }

  /** Makes one that fires as whoever makes it. `warning` is why its line would be refused as things are. */
  async create(
    written: WrittenSchedule,
    by: Scheduler,
    place: SchedulePlace,
    now: number,
  ): Promise<{ readonly schedule: Schedule; readonly warning?: Refusal } | Refusal> {
    if (!by.holds(ownSchedules)) return refusal('not-permitted', { permission: ownSchedules });
    const { line, missed = 'skip' } = written;
    const timetable = readTimetable(written.when);
    if (isRefusal(timetable)) return timetable;
    const never = faultOf(timetable, now, this.limits.shortestMs);
    if (never) return never;
    const own = await this.schedules.read({ of: by.username });
    const name = written.name ?? nameFor(line, new Set(own.map((one) => one.name)));
    if (!isScheduleName(name)) return refusal('bad-schedule', { fault: 'name', text: name });

    const owner = { id: by.id, username: by.username, active: true };
    const { scopes } = by;
    const wanted = { id: newId(), name, timetable, line, missed, scopes, place };
    const nextAt = nextAfter(timetable, now);
    const looked = await this.look(
      { ...wanted, owner, nextAt, createdAt: now, missedCount: 0, attempts: 0 },
      now,
    );
    if (looked.fault) return looked.fault;
    const made = await this.schedules.create({ ...wanted, owner: by.id }, this.limits.most, now);
    if (made === 'taken') return refusal('schedule-taken', { name });
    if (made === 'too-many') return refusal('too-many-schedules', { most: this.limits.most });
    const [schedule] = await this.schedules.read({ of: by.username, name });
    return { schedule: schedule!, ...(looked.warning && { warning: looked.warning }) };
  }

  /** One's own; those of somebody else, or of everybody (`all`), for who may manage them. */
  async list(by: Scheduler, of = by.username): Promise<Schedule[] | Refusal> {
    if (of !== by.username && !by.holds(manageSchedules))
      return refusal('not-permitted', { permission: manageSchedules });
    return this.schedules.read(of === 'all' ? {} : { of });
  }

  /** The schedule of this name: `nightly`, or `alice/nightly` for one of somebody else. */
  async find(by: Scheduler, named: string): Promise<Schedule | Refusal> {
    const [name, of = by.username] = named.split('/', 2).toReversed() as [string, string?];
    if (of === by.username || by.holds(manageSchedules)) {
      const [found] = await this.schedules.read({ of, name });
      if (found) return found;
    }
    const own = await this.schedules.read({ of: by.username });
    return refusal('no-schedule', {
      name: named,
      suggestion: suggest(
        name,
        own.map((one) => one.name),
      ),
    });
  }

  /** Lets it rest; false where it rested before. */
  async pause(schedule: Schedule, by: Scheduler, now: number): Promise<boolean | Refusal> {
    if (!mayStop(by)) return refusal('scoped-token');
    return this.schedules.pause(schedule, { by: by.username }, now);
  }

  /**
   * Lets it go on. Only its owner may, because it runs as them, unless it was somebody else who paused it; and with a token only what that token
   * could have made.
   */
  async resume(schedule: Schedule, by: Scheduler, now: number): Promise<Schedule | Refusal> {
    const { owner, paused } = schedule;
    if (owner.id !== by.id && (paused?.by === undefined || paused.by === owner.username))
      return ofAnother(schedule, 'resume');
    if (owner.id === by.id && goesBeyond(schedule, by)) return refusal('scoped-token');
    if (!paused) return schedule;
    await this.schedules.resume(schedule, now);
    const [resumed] = await this.schedules.read({ of: owner.username, name: schedule.name });
    return resumed ?? schedule;
  }

  /** Has it fire now, whatever its timetable says. Answers the id of the run that will come of it. */
  async run(schedule: Schedule, by: Scheduler, now: number): Promise<string | Refusal> {
    if (schedule.owner.id !== by.id) return ofAnother(schedule, 'run');
    if (goesBeyond(schedule, by)) return refusal('scoped-token');
    return firedRunId(schedule, await this.schedules.ask(schedule, now));
  }

  async remove(schedule: Schedule, by: Scheduler): Promise<Refusal | undefined> {
    if (!mayStop(by)) return refusal('scoped-token');
    await this.schedules.remove(schedule);
    return undefined;
  }

  /** What would come of the line, said by the same person in the same place at its first time. */
  private async look(schedule: Schedule, now: number): Promise<{ fault?: Refusal; warning?: Refusal }> {
    const { line, owner, scopes, nextAt = now } = schedule;
    if (line.length > longestLine) return { fault: refusal('bad-schedule', { fault: 'line' }) };
    if (recallsALine(line)) return { fault: refusal('bad-schedule', { fault: 'recalls' }) };
    const { decision, hasSecrets } = await this.simulation.judge({
      message: { ...messageOf(schedule, now, now), sender: { id: owner.id, name: owner.username } },
      origin: 'schedule',
      at: nextAt,
      ...(scopes && { scopes }),
      mayReadRuns: true,
      seesRelays: false,
    });
    if (hasSecrets) return { fault: refusal('schedule-secret') };
    return lineFault(decision);
  }
}

function ofAnother({ name, owner }: Schedule, verb: string): Refusal {
  return refusal('schedule-of-another', { name, owner: owner.username, verb });
}

/** Whether it may do more than the token that somebody comes with. */
function goesBeyond({ scopes }: Schedule, by: Scheduler): boolean {
  if (!by.scopes) return false;
  return !scopes || scopes.some((scope) => !by.scopes!.includes(scope));
}

/** Whoever has lost the permission may still stop what is theirs; a token that is for something else may not. */
function mayStop({ scopes }: Scheduler): boolean {
  return !scopes || scopes.includes(ownSchedules) || scopes.includes(manageSchedules);
}
