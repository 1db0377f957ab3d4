import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { jsonb } from '../json.js';
import { messageKey } from '../commands/run-id.js';
import { messageOf } from './firing.js';
import { scheduleOf, type Missed, type Schedule, type SchedulePlace, type ScheduleRow } from './schedule.js';
import { nextAfter, type Timetable } from './timetable.js';

/** Whoever is at a firing has so long before another takes it up, in milliseconds. */
const claimMs = 30_000;
/** So many are taken up at once by one instance. */
const claimedAtOnce = 20;

/** A schedule as it is to be made. */
export interface NewSchedule {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly timetable: Timetable;
  readonly line: string;
  readonly missed: Missed;
  readonly scopes?: readonly string[];
  readonly place: SchedulePlace;
}

/** Which schedules: of whom, and by which name; both where nothing is said all there are. */
export interface WhichSchedules {
  /** A user name. */
  readonly of?: string;
  readonly name?: string;
}

/** What was due, and the run that came of it. */
export interface Fired {
  readonly dueAt: number;
  readonly runId: string;
}

/** The table of schedules. Times in milliseconds since the epoch. */
@Injectable()
export class Schedules {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Those of an owner, or of all, by owner and name. */
  async read({ of, name }: WhichSchedules): Promise<Schedule[]> {
    const rows = await this.dataSource.query<ScheduleRow[]>(
      `${select} where ($1::text is null or u.username = $1) and ($2::text is null or s.name = $2) order by u.username, s.name`,
      [of ?? null, name ?? null],
    );
    return rows.map(scheduleOf);
  }

  /** Why it was not made: its owner has one of that name, or as many as one may have. */
  async create(wanted: NewSchedule, most: number, now: number): Promise<'made' | 'taken' | 'too-many'> {
    const { id, owner, name, timetable, line, missed, scopes, place } = wanted;
    return this.dataSource.transaction(async (manager) => {
      // One at a time for each owner, so that two at once do not both find room for one more.
      await manager.query('select from users where id = $1 for update', [owner]);
      const [there] = await manager.query<[{ all: number; same: number }]>(
        `select count(*)::int as all, count(*) filter (where name = $2)::int as same from schedules where owner = $1`,
        [owner, name],
      );
      if (there.same > 0) return 'taken';
      if (there.all >= most) return 'too-many';
      await manager.query(
        `insert into schedules (id, owner, name, cron, zone, line, missed, scopes, place, created_at, next_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10 / 1000.0), to_timestamp($11 / 1000.0))`,
        [
          id,
          owner,
          name,
          timetable.cron,
          timetable.zone,
          line,
          missed,
          scopes ?? null,
          jsonb(place),
          now,
          nextAfter(timetable, now) ?? null,
        ],
      );
      return 'made';
    });
  }

  async remove({ id }: Schedule): Promise<void> {
    await this.dataSource.query('delete from schedules where id = $1', [id]);
  }

  /** Lets it rest; who wanted that, or the code of what did. False where it rested before. */
  async pause(
    { id }: Pick<Schedule, 'id'>,
    why: { by?: string; code?: string },
    now: number,
  ): Promise<boolean> {
    const [, paused] = await this.dataSource.query<[unknown, number]>(
      `update schedules set paused_at = to_timestamp($2 / 1000.0), paused_by = $3, paused_code = $4, asked_at = null
       where id = $1 and paused_at is null`,
      [id, now, why.by ?? null, why.code ?? null],
    );
    return paused > 0;
  }

  /** Lets it go on with its next time; what it would have done meanwhile is past. */
  async resume({ id, timetable }: Schedule, now: number): Promise<void> {
    await this.dataSource.query(
      `update schedules set paused_at = null, paused_by = null, paused_code = null, attempts = 0, claimed_until = null,
         next_at = to_timestamp($2 / 1000.0) where id = $1`,
      [id, nextAfter(timetable, now) ?? null],
    );
  }

  /** Has it fired besides, by whichever instance comes first. Answers since when that is asked for: it may be asked for already. */
  async ask({ id }: Schedule, now: number): Promise<number> {
    const [[row]] = await this.dataSource.query<[{ asked_at: Date }[], number]>(
      `update schedules set asked_at = coalesce(asked_at, to_timestamp($2 / 1000.0)) where id = $1 returning asked_at`,
      [id, now],
    );
    return row!.asked_at.getTime();
  }

  /**
   * Takes up what is due and nobody is at. Instances pass over what another is just taking up; whoever dies at it leaves it to the next
   * a little later, and then the same run comes of it.
   */
  async claim(now: number): Promise<Schedule[]> {
    const [claimed] = await this.dataSource.query<[{ id: string }[], number]>(
      `update schedules set claimed_until = to_timestamp(($1::bigint + $2) / 1000.0), attempts = attempts + 1
       where id in (
         select id from schedules
         where (next_at <= to_timestamp($1 / 1000.0) and paused_at is null or asked_at is not null)
           and (claimed_until is null or claimed_until < to_timestamp($1 / 1000.0))
         order by next_at limit $3 for update skip locked)
       returning id`,
      [now, claimMs, claimedAtOnce],
    );
    if (claimed.length === 0) return [];
    const ids = claimed.map(({ id }) => id);
    const rows = await this.dataSource.query<ScheduleRow[]>(`${select} where s.id = any($1)`, [ids]);
    return rows.map(scheduleOf);
  }

  /** The run that somebody made of what is due, who died before they could say so; undefined where there is none. */
  async firedBefore(schedule: Schedule): Promise<Fired | undefined> {
    const dueAt = schedule.nextAt!;
    if (schedule.attempts < 2) return undefined;
    const [run] = await this.dataSource.query<{ id: string }[]>(
      'select id from runs where message_key = $1',
      [messageKey(messageOf(schedule, dueAt, dueAt))],
    );
    return run && { dueAt, runId: run.id };
  }

  /** A firing is over, one way or another: when it is due next, and the run that came of it if one did. */
  async settle(
    { id, askedAt }: Schedule,
    nextAt: number | undefined,
    fired: Fired | undefined,
    now: number,
  ): Promise<void> {
    await this.dataSource.query(
      `update schedules set claimed_until = null, attempts = 0, next_at = to_timestamp($2 / 1000.0),
         asked_at = case when asked_at = to_timestamp($3 / 1000.0) then null else asked_at end,
         last_due = coalesce(to_timestamp($4 / 1000.0), last_due), last_run = coalesce($5, last_run),
         missed_count = missed_count + case when $5::uuid is null then 1 else 0 end,
         missed_at = case when $5::uuid is null then to_timestamp($6 / 1000.0) else missed_at end
       where id = $1`,
      [id, nextAt ?? null, askedAt ?? null, fired?.dueAt ?? null, fired?.runId ?? null, now],
    );
  }
}

const select = `select s.*, u.username, u.active, r.status as last_status
  from schedules s join users u on u.id = s.owner left join runs r on r.id = s.last_run`;
