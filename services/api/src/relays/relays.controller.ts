import { RelayName } from '@chasqui/contracts';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { overlapMs, rotation, type Rotation } from '../credentials/told-tokens.js';
import { Operation, type OperationSpec } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { oneLine } from '../one-line.js';
import { RelayLife } from './relay-life.service.js';
import { RelayTag } from './relay-tag.js';
import { Relays } from './relays.service.js';
import { ToldRelay, ToldRelays } from './told-relay.js';

const newRelay = z.object({ name: RelayName, tags: z.array(RelayTag).max(64).default([]) });
type NewRelay = z.infer<typeof newRelay>;
const byName = z.object({ name: RelayName });
type ByName = z.infer<typeof byName>;
const withToken = z.object({ relay: ToldRelay, token: z.string() });
type WithToken = z.infer<typeof withToken>;

const noted = z.object({
  note: oneLine(200)
    .min(1)
    .optional()
    .describe('why, and until when: shown wherever the relay is shown, and where it is missed'),
});
type Noted = z.infer<typeof noted>;

/** Of nothing at all it changes nothing. */
const tagChange = z.object({
  add: z.array(RelayTag).max(64).default([]),
  remove: z.array(RelayTag).max(64).default([]),
});
type TagChange = z.infer<typeof tagChange>;

const ofProtectedTags = 'protected tags take `relay:tag` for them.';
const ofProtectedRelays = 'protected relays take `relay:tag` for what protects them.';

/** What operations have alike that change one relay, and answer with how it is then. */
const changesOne = {
  subject: 'relay',
  permission: 'chasqui:manage-relays',
  on: { relay: 'name' },
  params: byName,
  answers: { 200: ToldRelay },
  errors: [404, 409],
} as const satisfies Partial<OperationSpec>;

@Controller('relays')
export class RelaysController {
  constructor(
    private readonly relays: Relays,
    private readonly life: RelayLife,
    private readonly told: ToldRelays,
  ) {}

  @Get()
  @Operation({
    summary: 'List the relays',
    permission: 'chasqui:read-relays',
    answers: { 200: z.object({ relays: z.array(ToldRelay) }) },
  })
  async list(): Promise<{ relays: ToldRelay[] }> {
    return { relays: await this.told.all() };
  }

  @Post()
  @Operation({
    summary: 'Create a relay; its token is shown this once',
    subject: 'relay',
    permission: 'chasqui:manage-relays',
    besides: ofProtectedRelays,
    body: newRelay,
    answers: { 201: withToken },
    errors: [409],
  })
  async create(@Body() body: NewRelay, @Asker() asker: Principal): Promise<WithToken> {
    const token = await this.relays.create(body.name, body.tags, asker);
    return { relay: await this.told.one(body.name), token };
  }

  @Get(':name')
  @Operation({
    summary: 'Show a relay',
    permission: 'chasqui:read-relays',
    on: { relay: 'name' },
    params: byName,
    answers: { 200: ToldRelay },
    errors: [404],
  })
  get(@Param() { name }: ByName): Promise<ToldRelay> {
    return this.told.one(name);
  }

  @Delete(':name')
  @Operation({
    ...changesOne,
    summary: 'Delete a relay',
    besides: ofProtectedRelays,
    answers: { 204: null },
    errors: [404],
  })
  remove(@Param() { name }: ByName, @Asker() asker: Principal): Promise<void> {
    return this.relays.remove(name, asker);
  }

  @Post(':name/rotate')
  @Operation({
    ...changesOne,
    summary: 'Give a relay a new token, shown this once; those it has go on for a while',
    besides: ofProtectedRelays,
    body: rotation,
    answers: { 200: withToken },
  })
  async rotate(
    @Param() { name }: ByName,
    @Body() body: Rotation,
    @Asker() asker: Principal,
  ): Promise<WithToken> {
    const token = await this.relays.rotate(name, overlapMs(body), asker);
    return { relay: await this.told.one(name), token };
  }

  @Post(':name/revoke')
  @Operation({
    ...changesOne,
    summary: 'Take a relay’s tokens away at once, call lost what it runs, and keep its name from others',
    besides: ofProtectedRelays,
  })
  revoke(@Param() { name }: ByName, @Asker() asker: Principal): Promise<ToldRelay> {
    return this.changed(name, this.relays.revoke(name, asker));
  }

  @Post(':name/drain')
  @Operation({
    ...changesOne,
    summary: 'Have a relay finish what it has, and give it nothing new',
    body: noted,
  })
  drain(@Param() { name }: ByName, @Body() { note }: Noted): Promise<ToldRelay> {
    return this.changed(name, this.life.drain(name, note));
  }

  @Post(':name/pause')
  @Operation({ ...changesOne, summary: 'Give a relay nothing new until it is resumed', body: noted })
  pause(@Param() { name }: ByName, @Body() { note }: Noted): Promise<ToldRelay> {
    return this.changed(name, this.life.pause(name, note));
  }

  @Post(':name/resume')
  @Operation({ ...changesOne, summary: 'Give a relay work again that was drained or paused' })
  resume(@Param() { name }: ByName): Promise<ToldRelay> {
    return this.changed(name, this.life.resume(name));
  }

  @Post(':name/tags')
  @Operation({
    ...changesOne,
    summary: 'Give a relay tags, and take others away',
    besides: ofProtectedTags,
    body: tagChange,
  })
  retag(@Param() { name }: ByName, @Body() change: TagChange, @Asker() asker: Principal): Promise<ToldRelay> {
    return this.changed(name, this.life.retag(name, change, asker));
  }

  @Post(':name/enable')
  @Operation({ ...changesOne, summary: 'Let a relay be given orders again' })
  enable(@Param() { name }: ByName): Promise<ToldRelay> {
    return this.changed(name, this.life.enable(name, true));
  }

  @Post(':name/disable')
  @Operation({ ...changesOne, summary: 'Give a relay nothing new; what it runs may end' })
  disable(@Param() { name }: ByName): Promise<ToldRelay> {
    return this.changed(name, this.life.enable(name, false));
  }

  private async changed(name: string, change: Promise<void>): Promise<ToldRelay> {
    await change;
    return this.told.one(name);
  }
}
