import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Commands } from '../commands/commands.service.js';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { due } from './due.js';
import { firedRunId, messageOf, runScheduleOf } from './firing.js';
import type { Schedule } from './schedule.js';
import { Schedules } from './schedules.service.js';

/** How often it is looked what is due, in milliseconds. */
const everyMs = 1_000;
/** A firing that fails so often is given up, and the schedule goes on with its next. */
const mostAttempts = 10;

/**
 * Fires what is due. Any number of instances do: each takes up what no other is at, and whatever happens to it one firing is one run, because the
 * run's key follows from the schedule and the time that was due. A firing goes the way of any line: read, decided and recorded by `Commands.accept`,
 * with the rights that its owner has by then.
 */
@Injectable()
export class Firings implements OnApplicationShutdown {
  private readonly timer = setInterval(() => void this.tick(), everyMs).unref();
  private firing: Promise<void> | undefined;

  constructor(
    @Inject(Schedules) private readonly schedules: Schedules,
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Events) private readonly events: Events,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.firing;
  }

  private tick(): Promise<void> {
    return (this.firing ??= this.fireDue(Date.now())
      .catch((cause: unknown) => {
        if (!databaseAway(cause))
          this.events.unexpected('schedules could not be looked at; trying again', cause);
      })
      .finally(() => (this.firing = undefined)));
  }

  /** Fires everything that is due by the clock given. */
  async fireDue(now: number): Promise<void> {
    for (;;) {
      const claimed = await this.schedules.claim(now);
      if (claimed.length === 0) return;
      await Promise.all(claimed.map((schedule) => this.fire(schedule, now)));
    }
  }

  private async fire(schedule: Schedule, now: number): Promise<void> {
    const { fire, nextAt } = due(schedule, now);
    if (!fire) {
      const fired = await this.schedules.firedBefore(schedule);
      if (!fired) this.events.scheduleMissed({ schedule: schedule.name, of: schedule.owner.username });
      return this.schedules.settle(schedule, nextAt, fired, now);
    }
    const runId = firedRunId(schedule, fire.dueAt);
    try {
      await this.commands.accept(messageOf(schedule, fire.dueAt, now), runId, {
        schedule: { run: runScheduleOf(schedule, fire), as: schedule.owner.id },
        ...(schedule.scopes && { scopes: schedule.scopes }),
      });
    } catch (cause) {
      // Left as it is: whoever takes it up next makes the same run of it.
      if (databaseAway(cause) || schedule.attempts < mostAttempts) {
        this.events.unexpected(`schedule ${schedule.name} could not be fired; trying again`, cause, runId);
        return;
      }
      this.events.unexpected(`schedule ${schedule.name} could not be fired; given up`, cause, runId);
      return this.schedules.settle(schedule, nextAt, undefined, now);
    }
    await this.schedules.settle(schedule, nextAt, { dueAt: fire.dueAt, runId }, now);
    // What came of it is a refusal that says so, where it was made; saying it again and again helps nobody.
    if (!schedule.owner.active) await this.schedules.pause(schedule, { code: 'inactive-person' }, now);
  }
}
