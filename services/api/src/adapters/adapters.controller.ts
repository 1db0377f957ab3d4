import { AdapterName } from '@chasqui/contracts';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { overlapMs, rotation, ToldToken, toldTokens, type Rotation } from '../credentials/told-tokens.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { AdapterBoard, type KnownAdapter } from './adapter-board.service.js';
import { Adapters } from './adapters.service.js';

const Adapter = z.object({
  name: z.string(),
  state: z.enum(['never-seen', 'active', 'revoked', 'in-process']),
  workspaces: z.array(z.string()).describe('the only ones it may speak for; none means any'),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().optional(),
  rejectedAt: z.iso
    .datetime()
    .optional()
    .describe('when somebody last spoke in its name without a token of it'),
  tokens: z.array(ToldToken),
});
type Adapter = z.infer<typeof Adapter>;

const newAdapter = z.object({
  name: AdapterName,
  workspaces: z.array(z.string().min(1).max(200)).max(100).default([]),
});
type NewAdapter = z.infer<typeof newAdapter>;
const byName = z.object({ name: z.string().min(1).max(63) });
const withToken = z.object({ adapter: Adapter, token: z.string() });

const besides = 'You must hold all that those hold who are somebody in that chat.';

@Controller('adapters')
export class AdaptersController {
  constructor(
    private readonly adapters: Adapters,
    private readonly board: AdapterBoard,
  ) {}

  @Get()
  @Operation({
    summary: 'List the adapters',
    permission: 'chasqui:read-adapters',
    answers: { 200: z.object({ adapters: z.array(Adapter) }) },
  })
  async list(): Promise<{ adapters: Adapter[] }> {
    await this.board.load();
    return { adapters: this.board.all().map(told) };
  }

  @Post()
  @Operation({
    summary: 'Create an adapter; its token is shown this once',
    subject: 'adapter',
    permission: 'chasqui:manage-adapters',
    besides,
    body: newAdapter,
    answers: { 201: withToken },
    errors: [409],
  })
  async create(
    @Body() { name, workspaces }: NewAdapter,
    @Asker() asker: Principal,
  ): Promise<{ adapter: Adapter; token: string }> {
    const token = await this.adapters.create(name, workspaces, asker);
    return { adapter: told(this.board.get(name)!), token };
  }

  @Post(':name/rotate')
  @Operation({
    summary: 'Give an adapter a new token, shown this once; those it has go on for a while',
    subject: 'adapter',
    permission: 'chasqui:manage-adapters',
    besides,
    params: byName,
    body: rotation,
    answers: { 200: withToken },
    errors: [404, 409],
  })
  async rotate(
    @Param() { name }: { name: string },
    @Body() body: Rotation,
    @Asker() asker: Principal,
  ): Promise<{ adapter: Adapter; token: string }> {
    const token = await this.adapters.rotate(name, overlapMs(body), asker);
    return { adapter: told(this.board.get(name)!), token };
  }

  @Post(':name/revoke')
  @Operation({
    summary: 'Take an adapter’s tokens away at once, and keep its name from others',
    subject: 'adapter',
    permission: 'chasqui:manage-adapters',
    params: byName,
    answers: { 200: Adapter },
    errors: [404, 409],
  })
  async revoke(@Param() { name }: { name: string }, @Asker() asker: Principal): Promise<Adapter> {
    await this.adapters.revoke(name, asker.username);
    return told(this.board.get(name)!);
  }

  @Delete(':name')
  @Operation({
    summary: 'Delete an adapter',
    subject: 'adapter',
    permission: 'chasqui:manage-adapters',
    params: byName,
    answers: { 204: null },
    errors: [404],
  })
  remove(@Param() { name }: { name: string }): Promise<void> {
    return this.adapters.remove(name);
  }
}

function told(adapter: KnownAdapter): Adapter {
  const { name, workspaces, createdAt, revokedAt, rejectedAt, ring, local } = adapter;
  return {
    name,
    state: stateOf(adapter),
    workspaces: [...workspaces],
    createdAt: iso(createdAt),
    ...(revokedAt !== undefined && { revokedAt: iso(revokedAt) }),
    ...(rejectedAt !== undefined && { rejectedAt: iso(rejectedAt) }),
    tokens: local ? [] : toldTokens(ring, Date.now()),
  };
}

function stateOf({ revokedAt, local, ring }: KnownAdapter): Adapter['state'] {
  if (local) return 'in-process';
  if (revokedAt !== undefined) return 'revoked';
  return ring.held.some(({ usedAt }) => usedAt !== undefined) ? 'active' : 'never-seen';
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
