import { isRefusal, type Refusal } from '@chasqui/contracts';
import { sentence } from '@chasqui/replies';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Operation } from '../http/operation.js';
import { Asker, holds, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { oneLine } from '../one-line.js';
import { CONFIG } from '../parts.js';
import { Username } from '../people/shapes.js';
import { httpAdapter } from '../runs/reply-to.js';
import { placeNamed } from './place-named.js';
import type { Schedule, SchedulePlace } from './schedule.js';
import { NewSchedule, ScheduleShape, toldSchedule } from './schedule-shapes.js';
import { Scheduling, type Scheduler } from './scheduling.service.js';

const named = z.object({ name: oneLine(63).min(1) });
type Named = z.infer<typeof named>;
const whose = z.object({ user: Username.optional().describe('whose it is; yours where nobody is named') });
type Whose = z.infer<typeof whose>;
const listed = z.object({ user: Username.optional().describe('whose; `all` for everybody’s') });
const ofOthers = 'Those of others need `chasqui:manage-schedules`.';

/** Lines that are said by a timetable. Everybody sees to their own. */
@Controller('schedules')
export class SchedulesController {
  constructor(
    private readonly scheduling: Scheduling,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get()
  @Operation({
    summary: 'List your schedules',
    permission: 'signed-in',
    scopedToo: true,
    besides: ofOthers,
    query: listed,
    answers: { 200: z.strictObject({ schedules: z.array(ScheduleShape) }) },
    errors: [403],
  })
  async list(@Query() { user }: Whose, @Asker() asker: Principal): Promise<{ schedules: ScheduleShape[] }> {
    const found = made(await this.scheduling.list(schedulerOf(asker), user));
    return { schedules: found.map(toldSchedule) };
  }

  @Post()
  @Operation({
    summary: 'Have a line run by a timetable, as yourself',
    subject: 'schedule',
    permission: 'chasqui:own-schedules',
    besides: 'With a token that has scopes it uses no other permission.',
    body: NewSchedule,
    answers: {
      201: z.strictObject({
        schedule: ScheduleShape,
        warning: z.string().optional().describe('why the line would be refused as things are'),
      }),
    },
    errors: [403, 409, 422],
  })
  async create(
    @Body() { answerIn, ...written }: NewSchedule,
    @Asker() asker: Principal,
  ): Promise<{ schedule: ScheduleShape; warning?: string }> {
    const line = written.line.replace(/^\s*!(?!!)/, '');
    const place = made(await this.placeOf(answerIn, asker));
    const { schedule, warning } = made(
      await this.scheduling.create({ ...written, line }, schedulerOf(asker), place, Date.now()),
    );
    return { schedule: toldSchedule(schedule), ...(warning && { warning: sentence(warning) }) };
  }

  @Get(':name')
  @Operation({
    summary: 'Show a schedule',
    permission: 'signed-in',
    scopedToo: true,
    besides: ofOthers,
    params: named,
    query: whose,
    answers: { 200: ScheduleShape },
    errors: [404],
  })
  async get(@Param() { name }: Named, @Query() { user }: Whose, @Asker() asker: Principal) {
    return toldSchedule(await this.find(asker, name, user));
  }

  @Post(':name/pause')
  @Operation({
    summary: 'Let a schedule rest',
    subject: 'schedule',
    permission: 'signed-in',
    scopedToo: true,
    besides: ofOthers,
    params: named,
    query: whose,
    answers: { 200: ScheduleShape },
    errors: [403, 404],
  })
  async pause(@Param() { name }: Named, @Query() { user }: Whose, @Asker() asker: Principal) {
    const schedule = await this.find(asker, name, user);
    made(await this.scheduling.pause(schedule, schedulerOf(asker), Date.now()));
    return toldSchedule(await this.find(asker, name, user));
  }

  @Post(':name/resume')
  @Operation({
    summary: 'Let a schedule go on',
    subject: 'schedule',
    permission: 'signed-in',
    scopedToo: true,
    besides: `${ofOthers} What its owner paused only they resume.`,
    params: named,
    query: whose,
    answers: { 200: ScheduleShape },
    errors: [403, 404],
  })
  async resume(@Param() { name }: Named, @Query() { user }: Whose, @Asker() asker: Principal) {
    const schedule = await this.find(asker, name, user);
    return toldSchedule(made(await this.scheduling.resume(schedule, schedulerOf(asker), Date.now())));
  }

  @Post(':name/run')
  @Operation({
    summary: 'Have a schedule run now as well',
    subject: 'schedule',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Only your own: it runs as whoever made it.',
    params: named,
    query: whose,
    answers: { 202: z.strictObject({ runId: z.uuid() }) },
    errors: [403, 404],
  })
  async run(@Param() { name }: Named, @Query() { user }: Whose, @Asker() asker: Principal) {
    const schedule = await this.find(asker, name, user);
    return { runId: made(await this.scheduling.run(schedule, schedulerOf(asker), Date.now())) };
  }

  @Delete(':name')
  @Operation({
    summary: 'Remove a schedule',
    subject: 'schedule',
    permission: 'signed-in',
    scopedToo: true,
    besides: ofOthers,
    params: named,
    query: whose,
    answers: { 204: null },
    errors: [403, 404],
  })
  async remove(@Param() { name }: Named, @Query() { user }: Whose, @Asker() asker: Principal): Promise<void> {
    made(await this.scheduling.remove(await this.find(asker, name, user), schedulerOf(asker)));
  }

  private async find(asker: Principal, name: string, user = asker.username): Promise<Schedule> {
    return made(await this.scheduling.find(schedulerOf(asker), `${user}/${name}`));
  }

  private placeOf(
    answerIn: NewSchedule['answerIn'],
    { id, username }: Principal,
  ): Promise<SchedulePlace | Refusal> | SchedulePlace {
    if (answerIn) {
      const trusted = this.config.trustedAdapters.includes(answerIn.adapter);
      return placeNamed(this.dataSource, answerIn, { id, username }, trusted);
    }
    return {
      adapter: httpAdapter,
      room: { id: httpAdapter, direct: true },
      sender: { id, name: username },
    };
  }
}

function schedulerOf(asker: Principal): Scheduler {
  const { id, username, scopes } = asker;
  return { id, username, holds: (permission) => holds(asker, permission), ...(scopes && { scopes }) };
}

const statuses: Readonly<Record<string, number>> = {
  'no-schedule': 404,
  'not-permitted': 403,
  'scoped-token': 403,
  'schedule-of-another': 403,
  'schedule-taken': 409,
  'too-many-schedules': 409,
};

/** What came of it, where it was not refused. */
function made<T>(outcome: T | Refusal): T {
  if (!isRefusal(outcome)) return outcome;
  throw new Problem(statuses[outcome.code] ?? 422, outcome.code, sentence(outcome), outcome.facts);
}
