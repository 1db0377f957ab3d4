import { DriverName, RelayName } from '@chasqui/contracts';
import { isSelectorFault, parseTag } from '@chasqui/relay-selection';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { overlapMs, rotation, ToldToken, toldTokens, type Rotation } from '../credentials/told-tokens.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from './board.service.js';
import { stateOf, type KnownRelay } from './relay-state.js';
import { noSuchRelay, Relays } from './relays.service.js';

const Relay = z.object({
  name: RelayName,
  tags: z.array(z.string()),
  state: z.enum(['never-seen', 'online', 'suspect', 'offline', 'draining', 'disabled', 'revoked']),
  since: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().optional(),
  rejectedAt: z.iso
    .datetime()
    .optional()
    .describe('when somebody last called in its name with another token'),
  tokens: z.array(ToldToken),
  drivers: z.array(DriverName),
  inFlight: z.number().int(),
  slots: z.number().int(),
  version: z.string().optional(),
  platform: z.string().optional(),
});
type Relay = z.infer<typeof Relay>;

const tag = z
  .string()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?(?:=(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?)?$/,
    'a tag is written key or key=value',
  )
  .refine((text) => !isSelectorFault(parseTag(text)), 'a tag is written key or key=value');
const newRelay = z.object({ name: RelayName, tags: z.array(tag).max(64).default([]) });
type NewRelay = z.infer<typeof newRelay>;
const byName = z.object({ name: RelayName });

@Controller('relays')
export class RelaysController {
  constructor(
    private readonly relays: Relays,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get()
  @Operation({
    summary: 'List the relays',
    permission: 'chasqui:read-relays',
    answers: { 200: z.object({ relays: z.array(Relay) }) },
  })
  async list(): Promise<{ relays: Relay[] }> {
    await this.board.load();
    return { relays: this.board.all().map((relay) => this.told(relay)) };
  }

  @Post()
  @Operation({
    summary: 'Create a relay; its token is shown this once',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    body: newRelay,
    answers: { 201: z.object({ relay: Relay, token: z.string() }) },
    errors: [409],
  })
  async create(@Body() body: NewRelay): Promise<{ relay: Relay; token: string }> {
    const token = await this.relays.create(body.name, body.tags);
    return { relay: this.told(this.board.get(body.name)!), token };
  }

  @Get(':name')
  @Operation({
    summary: 'Show a relay',
    permission: 'chasqui:read-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 200: Relay },
    errors: [404],
  })
  async get(@Param() { name }: { name: string }): Promise<Relay> {
    await this.board.load();
    const relay = this.board.get(name);
    if (!relay) throw noSuchRelay(name);
    return this.told(relay);
  }

  @Delete(':name')
  @Operation({
    summary: 'Delete a relay',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 204: null },
    errors: [404],
  })
  remove(@Param() { name }: { name: string }): Promise<void> {
    return this.relays.remove(name);
  }

  @Post(':name/rotate')
  @Operation({
    summary: 'Give a relay a new token, shown this once; those it has go on for a while',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    on: { relay: 'name' },
    params: byName,
    body: rotation,
    answers: { 200: z.object({ relay: Relay, token: z.string() }) },
    errors: [404, 409],
  })
  async rotate(
    @Param() { name }: { name: string },
    @Body() body: Rotation,
    @Asker() asker: Principal,
  ): Promise<{ relay: Relay; token: string }> {
    const token = await this.relays.rotate(name, overlapMs(body), asker.username);
    return { relay: this.told(this.board.get(name)!), token };
  }

  @Post(':name/revoke')
  @Operation({
    summary: 'Take a relay’s tokens away at once, call lost what it runs, and keep its name from others',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 200: Relay },
    errors: [404, 409],
  })
  async revoke(@Param() { name }: { name: string }, @Asker() asker: Principal): Promise<Relay> {
    await this.relays.revoke(name, asker.username);
    return this.told(this.board.get(name)!);
  }

  @Post(':name/enable')
  @Operation({
    summary: 'Let a relay be given orders again',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 200: Relay },
    errors: [404, 409],
  })
  async enable(@Param() { name }: { name: string }): Promise<Relay> {
    await this.relays.enable(name, true);
    return this.told(this.board.get(name)!);
  }

  @Post(':name/disable')
  @Operation({
    summary: 'Give a relay nothing new; what it runs may end',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 200: Relay },
    errors: [404, 409],
  })
  async disable(@Param() { name }: { name: string }): Promise<Relay> {
    await this.relays.enable(name, false);
    return this.told(this.board.get(name)!);
  }

  private told(relay: KnownRelay): Relay {
    const { state, since } =
      relay.revokedAt === undefined
        ? stateOf(relay, this.config.timing, Date.now())
        : { state: 'revoked', since: relay.revokedAt };
    const { heartbeat } = relay;
    return {
      name: relay.name,
      tags: [...relay.tags],
      state,
      since: iso(since),
      lastSeenAt: relay.lastSeenAt && iso(relay.lastSeenAt),
      rejectedAt: relay.rejectedAt && iso(relay.rejectedAt),
      tokens: toldTokens(this.board.ringOf(relay.name), Date.now()),
      drivers: heartbeat?.drivers ?? [],
      inFlight: heartbeat?.inFlight ?? 0,
      slots: heartbeat?.slots ?? 0,
      version: heartbeat?.version,
      platform: heartbeat?.platform,
    } as Relay;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
