import { Controller, Delete, Get, Inject, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, mustHold, type Principal } from '../http/principal.js';
import { mustNotBeAnAdmin } from '../people/grant-only-what-you-hold.js';
import { OfUser } from '../people/shapes.js';
import { idOf } from '../people/users.service.js';
import { Sessions } from './sessions.service.js';
import { OfSession, SessionShape } from './shapes.js';

const besides = 'Those of somebody else need `chasqui:manage-users`.';

/** Everybody sees to their own sessions. */
@Controller('users/:username/sessions')
export class SessionsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @Operation({
    summary: 'List where a user is signed in',
    permission: 'signed-in',
    besides,
    params: OfUser,
    answers: { 200: z.strictObject({ sessions: z.array(SessionShape) }) },
    errors: [403, 404],
  })
  async list(@Asker() asker: Principal, @Param() { username }: OfUser) {
    const userId = await this.mayTouch(asker, username);
    return { sessions: await this.sessions.list(userId, asker.sessionId) };
  }

  @Delete(':session')
  @Operation({
    summary: 'End a session',
    subject: 'session',
    permission: 'signed-in',
    besides,
    params: OfSession,
    answers: { 204: null },
    errors: [403, 404],
  })
  async end(@Asker() asker: Principal, @Param() { username, session }: OfSession) {
    await this.sessions.end(await this.mayTouch(asker, username), session);
  }

  @Delete()
  @Operation({
    summary: 'End all sessions of a user but the one that asks',
    subject: 'session',
    permission: 'signed-in',
    besides,
    params: OfUser,
    answers: { 200: z.strictObject({ ended: z.number() }) },
    errors: [403, 404],
  })
  async endAll(@Asker() asker: Principal, @Param() { username }: OfUser) {
    const userId = await this.mayTouch(asker, username);
    return { ended: await this.sessions.endAll(userId, asker.sessionId) };
  }

  private async mayTouch(asker: Principal, username: string): Promise<string> {
    if (asker.username !== username) {
      mustHold(asker, 'chasqui:manage-users');
      await mustNotBeAnAdmin(this.dataSource, asker, username);
    }
    return idOf(this.dataSource.manager, username);
  }
}
