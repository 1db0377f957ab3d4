import { Body, Controller, Delete, Inject, Param, Put } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { mustHoldAllOfUser, mustNotBeAnAdmin } from '../people/grant-only-what-you-hold.js';
import { OfUser } from '../people/shapes.js';
import { idOf } from '../people/users.service.js';
import { Sessions } from '../sign-in/sessions.service.js';
import { signInProblems } from '../sign-in/sign-in-problems.js';
import { Provider } from './provider.service.js';

const NewSubject = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'is ASCII without spaces (OpenID Connect Core, sub)')
    .describe('What the provider calls them: the claim `sub`.'),
  issuer: z.url().max(500).optional().describe('Which provider; the one that is set up if it is not said.'),
});
type NewSubject = z.infer<typeof NewSubject>;
const Joined = z.strictObject({ username: z.string(), issuer: z.string(), subject: z.string() });

/** Who is who at the identity provider. */
@Controller('users/:username/subject')
export class SubjectsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly provider: Provider,
    private readonly sessions: Sessions,
  ) {}

  @Put()
  @Operation({
    summary: 'Join an account of the identity provider to a user',
    subject: 'user',
    permission: 'chasqui:manage-users',
    params: OfUser,
    body: NewSubject,
    answers: { 200: Joined },
    errors: [403, 404, 409],
  })
  async join(
    @Asker() asker: Principal,
    @Param() { username }: OfUser,
    @Body() { subject, issuer: told }: NewSubject,
  ) {
    const issuer = told ?? (await this.provider.issuer());
    if (issuer === undefined)
      throw new Problem(
        409,
        'no-identity-provider',
        'No identity provider is set up here; say which: issuer.',
      );
    await this.dataSource.transaction(async (manager) => {
      const userId = await idOf(manager, username);
      await mustHoldAllOfUser(manager, asker, username);
      const [{ kind }] = await manager.query<[{ kind: string }]>('select kind from users where id = $1', [
        userId,
      ]);
      if (kind !== 'person') throw signInProblems.serviceAccount(username);
      await manager.query('delete from external_subjects where user_id = $1 and issuer = $2', [
        userId,
        issuer,
      ]);
      const joined = await manager.query<unknown[]>(
        `insert into external_subjects (issuer, subject, user_id) values ($1, $2, $3)
         on conflict do nothing returning issuer`,
        [issuer, subject, userId],
      );
      if (joined.length === 0)
        throw new Problem(
          409,
          'subject-taken',
          'That account is joined to another user; take it from them first.',
          { issuer, subject },
        );
    });
    return { username, issuer, subject };
  }

  @Delete()
  @Operation({
    summary: 'Take the accounts of the identity provider from a user, and end their sessions',
    subject: 'user',
    permission: 'chasqui:manage-users',
    params: OfUser,
    answers: { 204: null },
    errors: [403, 404],
  })
  async leave(@Asker() asker: Principal, @Param() { username }: OfUser) {
    await this.dataSource.transaction(async (manager) => {
      const userId = await idOf(manager, username);
      await mustNotBeAnAdmin(manager, asker, username);
      await manager.query('delete from external_subjects where user_id = $1', [userId]);
      await this.sessions.endAll(userId, undefined, manager);
    });
  }
}
