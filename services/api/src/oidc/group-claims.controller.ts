import { Controller, Delete, Get, Inject, Param, Put } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { oneLine } from '../one-line.js';
import { CONFIG } from '../parts.js';
import { mustHoldAllOfGroup } from '../people/grant-only-what-you-hold.js';
import { problems } from '../people/problems.js';
import { GroupName } from '../people/shapes.js';

const Claim = oneLine(200).min(1);
const OfGroupClaim = z.strictObject({ group: GroupName, claim: Claim });
type OfGroupClaim = z.infer<typeof OfGroupClaim>;

const GroupClaim = z
  .strictObject({
    claim: z.string().describe('What the identity provider calls the group.'),
    group: z.string(),
    from: z.string().describe('Who said so; `settings` where CHASQUI_OIDC_GROUPS does.'),
  })
  .meta({ id: 'GroupClaim' });

/** Which groups of the identity provider stand for which of ours. */
@Controller()
export class GroupClaimsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get('group-claims')
  @Operation({
    summary: 'List which groups of the identity provider stand for which groups here',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ claims: z.array(GroupClaim) }) },
  })
  async list() {
    const kept = await this.dataSource.query<z.infer<typeof GroupClaim>[]>(
      'select claim, group_name as "group", created_by as "from" from group_claims order by claim, group_name',
    );
    const set = (this.config.signIn?.oidc?.groups ?? []).map((one) => ({ ...one, from: 'settings' }));
    return { claims: [...set, ...kept] };
  }

  @Put('groups/:group/claims/:claim')
  @Operation({
    summary:
      'Make those members of a group who are in a group of the identity provider, from their next sign-in on',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    params: OfGroupClaim,
    answers: { 204: null },
    errors: [403, 404],
  })
  async add(@Asker() asker: Principal, @Param() { group, claim }: OfGroupClaim) {
    await this.dataSource.transaction(async (manager) => {
      const [known] = await manager.query<unknown[]>('select from groups where name = $1 for share', [group]);
      if (!known) throw problems.unknownGroup(group);
      await mustHoldAllOfGroup(manager, asker, group);
      await manager.query(
        'insert into group_claims (claim, group_name, created_by) values ($1, $2, $3) on conflict do nothing',
        [claim, group, asker.username],
      );
    });
  }

  @Delete('groups/:group/claims/:claim')
  @Operation({
    summary: 'Take that back: who is a member by it is not from their next sign-in on',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    params: OfGroupClaim,
    answers: { 204: null },
    errors: [404],
  })
  async remove(@Param() { group, claim }: OfGroupClaim) {
    const [, removed] = await this.dataSource.query<[unknown[], number]>(
      'delete from group_claims where claim = $1 and group_name = $2',
      [claim, group],
    );
    if (removed === 0)
      throw new Problem(
        404,
        'unknown-claim',
        `${claim} does not stand for ${group}; GET /group-claims lists what does. What CHASQUI_OIDC_GROUPS says is changed there.`,
        { claim, group },
      );
  }
}
