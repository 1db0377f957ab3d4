import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { RelayTag } from '../relays/relay-tag.js';
import { ProtectedTags, type ProtectedTag } from './protected-tags.service.js';

const ProtectedTagShape = z
  .strictObject({
    tag: z.string(),
    relays: z.array(z.string()).describe('those to which an operator gave such a tag'),
    refusedFor: z.array(z.string()).describe('those that say it of themselves, which does not count'),
    protectedAt: z.iso.datetime(),
    protectedBy: z.string(),
  })
  .meta({ id: 'ProtectedTag' });
type ProtectedTagShape = z.infer<typeof ProtectedTagShape>;

const byTag = z.object({ tag: RelayTag.describe('`key=value`, or `key` for every tag of that key') });
type ByTag = z.infer<typeof byTag>;

/** Tags that only those may put on relays who have `relay:tag`, without a limit or for them. */
@Controller('protected-tags')
export class ProtectedTagsController {
  constructor(private readonly tags: ProtectedTags) {}

  @Get()
  @Operation({
    summary: 'List the tags that not everybody may put on relays',
    permission: 'chasqui:read-rules',
    answers: { 200: z.strictObject({ protected: z.array(ProtectedTagShape) }) },
  })
  async list(): Promise<{ protected: ProtectedTagShape[] }> {
    return { protected: (await this.tags.list()).map(told) };
  }

  @Post()
  @Operation({
    summary: 'Let only those put a tag on relays who have relay:tag for it',
    permission: 'chasqui:manage-rules',
    subject: 'protected-tag',
    body: byTag,
    answers: { 201: ProtectedTagShape },
    errors: [409],
  })
  async protect(@Body() { tag }: ByTag, @Asker() asker: Principal): Promise<ProtectedTagShape> {
    return told(await this.tags.protect(tag, asker.username));
  }

  @Delete(':tag')
  @Operation({
    summary: 'Let everybody who manages relays put a tag on them again',
    permission: 'chasqui:manage-rules',
    subject: 'protected-tag',
    params: byTag,
    answers: { 204: null },
    errors: [404],
  })
  unprotect(@Param() { tag }: ByTag): Promise<void> {
    return this.tags.unprotect(tag);
  }
}

function told({ relays, refusedFor, protectedAt, ...one }: ProtectedTag): ProtectedTagShape {
  return {
    ...one,
    relays: [...relays],
    refusedFor: [...refusedFor],
    protectedAt: protectedAt.toISOString(),
  };
}
