import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { AdapterName, WorkspaceQuery } from '../people/shapes.js';
import { Identities } from './identities.service.js';
import { IdentityOfUser, JoinedIdentity } from './shapes.js';

const OfAdapter = z.strictObject({ adapter: AdapterName });
type OfAdapter = z.infer<typeof OfAdapter>;

/** Who is who in the chats: one's own identities, and those of everybody. An administrator takes one away with `DELETE /users/:username/identities/:adapter`. */
@Controller()
export class IdentitiesController {
  constructor(private readonly identities: Identities) {}

  @Get('identities')
  @Operation({
    summary: 'List who is who in the chats',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ identities: z.array(IdentityOfUser) }) },
  })
  async all() {
    return { identities: await this.identities.all() };
  }

  @Get('me/identities')
  @Operation({
    summary: 'List who you are in the chats',
    permission: 'signed-in',
    answers: { 200: z.strictObject({ identities: z.array(JoinedIdentity) }) },
  })
  async own(@Asker() { id }: Principal) {
    return { identities: await this.identities.of(id) };
  }

  @Delete('me/identities/:adapter')
  @Operation({
    summary: 'Stop being somebody in a chat',
    subject: 'own-identities',
    permission: 'signed-in',
    params: OfAdapter,
    query: WorkspaceQuery,
    answers: { 204: null },
    errors: [404],
  })
  async remove(
    @Asker() { id }: Principal,
    @Param() { adapter }: OfAdapter,
    @Query() { workspace }: WorkspaceQuery,
  ) {
    await this.identities.remove(id, adapter, workspace);
  }
}
