import { Body, Controller, Delete, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import { Operation } from '../http/operation.js';
import { Asker, mustHold, type Principal } from '../http/principal.js';
import { mustHoldAllOfUser, mustNotBeAnAdmin } from '../people/grant-only-what-you-hold.js';
import { problems } from '../people/problems.js';
import { OfUser } from '../people/shapes.js';
import { SignInFailures } from './failures.service.js';
import { Passwords, type PasswordOwner } from './passwords.service.js';
import { Sessions } from './sessions.service.js';
import { PasswordChange } from './shapes.js';
import { signInProblems } from './sign-in-problems.js';

const besides = 'That of somebody else needs `chasqui:manage-users`, and all that they hold.';

@Controller('users/:username/password')
export class PasswordsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly failures: SignInFailures,
    private readonly sessions: Sessions,
    private readonly events: Events,
  ) {}

  @Put()
  @Operation({
    summary: 'Set a password, and end every other session of that user',
    subject: 'user',
    permission: 'signed-in',
    besides,
    params: OfUser,
    body: PasswordChange,
    answers: { 204: null },
    errors: [403, 404, 409, 422, 429],
  })
  async set(
    @Asker() asker: Principal,
    @Param() { username }: OfUser,
    @Body() { password, current }: PasswordChange,
    @Req() request: FastifyRequest,
  ) {
    const owner = await this.mayChange(asker, username);
    if (owner.kind !== 'person') throw signInProblems.serviceAccount(username);
    if (asker.username === username) await this.mustKnowCurrent(asker, owner, current, request.ip);
    const phc = await this.passwords.accepted(password, owner);
    await this.dataSource.transaction(async (manager) => {
      // Once more, now that it is going to be so.
      if (asker.username !== username) await mustHoldAllOfUser(manager, asker, username);
      await this.passwords.keep(owner.id, phc, manager);
      await this.sessions.endAll(
        owner.id,
        asker.username === username ? asker.sessionId : undefined,
        manager,
      );
    });
    this.events.signIn.passwordChanged(username, 'set', asker.username);
  }

  @Delete()
  @Operation({
    summary:
      'Take the password from a user, who signs in by the identity provider or with tokens from then on, and end every other session of theirs',
    subject: 'user',
    permission: 'chasqui:manage-users',
    params: OfUser,
    answers: { 204: null },
    errors: [403, 404],
  })
  async remove(@Asker() asker: Principal, @Param() { username }: OfUser) {
    const owner = await this.find(username);
    await mustNotBeAnAdmin(this.dataSource, asker, username);
    await this.dataSource.transaction(async (manager) => {
      if (!(await this.passwords.remove(owner.id, manager))) throw signInProblems.noPassword(username);
      await this.sessions.endAll(
        owner.id,
        asker.username === username ? asker.sessionId : undefined,
        manager,
      );
    });
    this.events.signIn.passwordChanged(username, 'removed', asker.username);
  }

  /**
   * Who finds a terminal open must not be able to keep the account. Whoever may manage users could set it as an administrator, so only for
   * them there is a way without; and where there was no password, there is nothing to know.
   */
  private async mustKnowCurrent(
    asker: Principal,
    { id, username }: PasswordOwner,
    current: string | undefined,
    address: string,
  ): Promise<void> {
    if (!(await this.passwords.has(id))) return;
    if (current === undefined) {
      if (asker.permissions.includes('chasqui:manage-users')) return;
      throw signInProblems.needsCurrent();
    }
    const attempt = await this.failures.begin(username, address);
    if (attempt.waitSeconds !== undefined) throw signInProblems.tooManyFailures(attempt.waitSeconds);
    if (!(await this.passwords.isRight(id, current))) throw signInProblems.wrongCurrent();
    await this.failures.forgive(attempt);
  }

  private async mayChange(asker: Principal, username: string) {
    if (asker.username !== username) mustHold(asker, 'chasqui:manage-users');
    const owner = await this.find(username);
    if (asker.username !== username) await mustHoldAllOfUser(this.dataSource, asker, username);
    return owner;
  }

  private async find(username: string) {
    const [owner] = await this.dataSource.query<(PasswordOwner & { kind: string })[]>(
      'select id, username, email, full_name as "fullName", kind from users where username = $1',
      [username],
    );
    if (!owner) throw problems.unknownUser(username);
    return owner;
  }
}
