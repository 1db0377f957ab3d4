import { timingSafeEqual } from 'node:crypto';
import { Body, Controller, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { Operation } from '../http/operation.js';
import { CONFIG } from '../parts.js';
import { bootstrap, someoneIsAdmin } from '../people/bootstrap.js';
import { problems } from '../people/problems.js';
import { hashOf } from '../people/token-text.js';
import { UsersService } from '../people/users.service.js';
import { Passwords } from './passwords.service.js';
import { FirstAdmin, FirstAdminMade } from './shapes.js';
import { signInProblems } from './sign-in-problems.js';

/** The way in for the very first, which is shut for good behind them. */
@Controller('bootstrap')
export class BootstrapController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly passwords: Passwords,
    private readonly users: UsersService,
    private readonly events: Events,
  ) {}

  @Post()
  @Operation({
    summary: 'Make the first administrator, with the bootstrap token; once',
    subject: 'installation',
    permission: 'public',
    limit: 'sign-in',
    body: FirstAdmin,
    answers: { 201: FirstAdminMade },
    errors: [403, 409, 422, 429],
  })
  async make(@Body() { token, password, ...admin }: FirstAdmin, @Req() request: FastifyRequest) {
    // Looked at first, so that nobody's password is weighed for a stranger, and again when it is done.
    await this.mustBeOpen(this.dataSource.manager, token);
    const phc = password === undefined ? undefined : await this.passwords.accepted(password, admin);
    const first = { ...admin, ...(phc !== undefined && { phc }) };
    const made = await bootstrap(this.dataSource, first, async (manager) => {
      await this.mustBeOpen(manager, token);
      await mustBeFree(manager, admin.username);
    });
    if (!made.created) throw signInProblems.bootstrapped();
    this.events.signIn.bootstrapped(admin.username, request.ip);
    return { user: await this.users.get(admin.username), token: made.token! };
  }

  private async mustBeOpen(manager: EntityManager, token: string): Promise<void> {
    if (await someoneIsAdmin(manager)) throw signInProblems.bootstrapped();
    if (!(await this.isRight(manager, token))) throw signInProblems.badBootstrapToken();
  }

  /** What the installer chose; else what was told at a start. */
  private async isRight(manager: EntityManager, token: string): Promise<boolean> {
    const { bootstrapToken } = this.config;
    if (bootstrapToken !== undefined) return timingSafeEqual(hashOf(token), hashOf(bootstrapToken));
    const found = await manager.query<unknown[]>('select from bootstrap_tokens where hash = $1', [
      hashOf(token),
    ]);
    return found.length > 0;
  }
}

/** The identity provider may have brought people before anybody administers them. */
async function mustBeFree(manager: EntityManager, username: string): Promise<void> {
  const taken = await manager.query<unknown[]>('select from users where username = $1', [username]);
  if (taken.length > 0) throw problems.usernameTaken(username);
}
