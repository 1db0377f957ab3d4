import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { Protections, type ProtectedRelays } from './protections.service.js';

const ProtectedRelaysShape = z
  .strictObject({
    selector: z.string(),
    relays: z.array(z.string()).describe('those that it matches now'),
    protectedAt: z.iso.datetime(),
    protectedBy: z.string(),
  })
  .meta({ id: 'ProtectedRelays' });
type ProtectedRelaysShape = z.infer<typeof ProtectedRelaysShape>;

const selector = z.string().min(1).max(1_000).describe('as behind `--on`: `env=prod`');
const bySelector = z.object({ selector });
type BySelector = z.infer<typeof bySelector>;

/** Relays that only those may use who have `relay:use`, without a limit or for them. */
@Controller('protected-relays')
export class ProtectionsController {
  constructor(private readonly protections: Protections) {}

  @Get()
  @Operation({
    summary: 'List the selectors whose relays are protected',
    permission: 'chasqui:read-rules',
    answers: { 200: z.strictObject({ protected: z.array(ProtectedRelaysShape) }) },
  })
  async list(): Promise<{ protected: ProtectedRelaysShape[] }> {
    return { protected: (await this.protections.list()).map(told) };
  }

  @Post()
  @Operation({
    summary: 'Protect the relays that a selector matches',
    permission: 'chasqui:manage-rules',
    subject: 'protected-relays',
    body: bySelector,
    answers: { 201: ProtectedRelaysShape },
    errors: [409, 422],
  })
  async protect(@Body() body: BySelector, @Asker() asker: Principal): Promise<ProtectedRelaysShape> {
    return told(await this.protections.protect(body.selector, asker.username));
  }

  @Delete(':selector')
  @Operation({
    summary: 'Protect the relays of a selector no more',
    permission: 'chasqui:manage-rules',
    subject: 'protected-relays',
    params: bySelector,
    answers: { 204: null },
    errors: [404, 422],
  })
  unprotect(@Param() params: BySelector): Promise<void> {
    return this.protections.unprotect(params.selector);
  }
}

function told({ relays, protectedAt, ...one }: ProtectedRelays): ProtectedRelaysShape {
  return { ...one, relays: [...relays], protectedAt: protectedAt.toISOString() };
}
