import { DriverName, RelayName } from '@chasqui/contracts';
import { isSelectorFault, parseTag } from '@chasqui/relay-selection';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Operation } from '../http/operation.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from './board.service.js';
import { stateOf, type KnownRelay } from './relay-state.js';
import { noSuchRelay, Relays } from './relays.service.js';

const Relay = z.object({
  name: RelayName,
  tags: z.array(z.string()),
  state: z.enum(['never-seen', 'online', 'suspect', 'offline', 'draining', 'disabled']),
  since: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().optional(),
  rejectedAt: z.iso
    .datetime()
    .optional()
    .describe('when somebody last called in its name with another token'),
  drivers: z.array(DriverName),
  inFlight: z.number().int(),
  slots: z.number().int(),
  version: z.string().optional(),
  platform: z.string().optional(),
});
type Relay = z.infer<typeof Relay>;

const tag = z
  .string()
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
    permission: 'chasqui:manage-relays',
    params: byName,
    answers: { 204: null },
    errors: [404],
  })
  remove(@Param() { name }: { name: string }): Promise<void> {
    return this.relays.remove(name);
  }

  private told(relay: KnownRelay): Relay {
    const { state, since } = stateOf(relay, this.config.timing, Date.now());
    const { heartbeat } = relay;
    return {
      name: relay.name,
      tags: [...relay.tags],
      state,
      since: iso(since),
      lastSeenAt: relay.lastSeenAt && iso(relay.lastSeenAt),
      rejectedAt: relay.rejectedAt && iso(relay.rejectedAt),
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
