import { refusal, type Refusal } from '@chasqui/contracts';
import { sentence } from '@chasqui/replies';
import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, mustHold, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { aliasFault } from './alias-fault.js';
import { Aliases, mostAliases, type Alias } from './aliases.service.js';

const AliasShape = z
  .strictObject({
    name: z.string(),
    line: z.string().describe('as it would be typed in chat, without the prefix'),
    site: z.boolean().describe('whether it is for everybody; somebody’s own goes before it'),
    setAt: z.iso.datetime(),
    setBy: z.string(),
  })
  .meta({ id: 'Alias' });
type AliasShape = z.infer<typeof AliasShape>;

const byName = z.object({ name: z.string() });
type ByName = z.infer<typeof byName>;
const wanted = z.object({ line: z.string().max(10_000), site: z.boolean().default(false) });
type Wanted = z.infer<typeof wanted>;
const whose = z.object({ site: z.enum(['true', 'false']).default('false') });
type Whose = z.infer<typeof whose>;

/** Names for lines: everybody has their own, and those of the site need `chasqui:manage-aliases`. */
@Controller('aliases')
export class AliasesController {
  constructor(private readonly aliases: Aliases) {}

  @Get()
  @Operation({
    summary: 'List your aliases, and those of the site',
    permission: 'signed-in',
    answers: { 200: z.strictObject({ aliases: z.array(AliasShape) }) },
  })
  async list(@Asker() asker: Principal): Promise<{ aliases: AliasShape[] }> {
    return { aliases: (await this.aliases.list(asker.id)).map(told) };
  }

  @Put(':name')
  @Operation({
    summary: 'Set an alias, your own or one of the site',
    subject: 'alias',
    permission: 'signed-in',
    besides: 'One of the site needs `chasqui:manage-aliases`.',
    params: byName,
    body: wanted,
    answers: { 200: AliasShape },
    errors: [403, 409, 422],
  })
  async set(
    @Param() { name }: ByName,
    @Body() { line, site }: Wanted,
    @Asker() asker: Principal,
  ): Promise<AliasShape> {
    if (site) mustHold(asker, 'chasqui:manage-aliases');
    const fault = aliasFault({ name, line, site }, await this.aliases.neighbours(asker.id));
    if (fault) throw problemOf(fault);
    const alias = await this.aliases.set(site ? undefined : asker.id, name, line, asker.username);
    if (!alias) throw problemOf(refusal('too-many-aliases', { most: mostAliases }));
    return told(alias);
  }

  @Delete(':name')
  @Operation({
    summary: 'Remove an alias, your own or one of the site',
    subject: 'alias',
    permission: 'signed-in',
    besides: 'One of the site needs `chasqui:manage-aliases`.',
    params: byName,
    query: whose,
    answers: { 204: null },
    errors: [403, 404],
  })
  async remove(
    @Param() { name }: ByName,
    @Query() { site }: Whose,
    @Asker() asker: Principal,
  ): Promise<void> {
    if (site === 'true') mustHold(asker, 'chasqui:manage-aliases');
    const owner = site === 'true' ? undefined : asker.id;
    if (!(await this.aliases.remove(owner, name))) throw problemOf(refusal('no-alias', { name }));
  }
}

const statuses: Readonly<Record<string, number>> = {
  'no-alias': 404,
  'alias-taken': 409,
  'too-many-aliases': 409,
};

function problemOf(fault: Refusal): Problem {
  return new Problem(statuses[fault.code] ?? 422, fault.code, sentence(fault), fault.facts);
}

function told({ setAt, ...alias }: Alias): AliasShape {
  return { ...alias, setAt: setAt.toISOString() };
}
