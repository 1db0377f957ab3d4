import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { SiteRules, type SetSiteRule, type StoredSiteRule } from './site-rules.service.js';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'a name is made of a-z, 0-9, _ and -, at most 64 of them')
  .describe('what refusals call it');
const on = z
  .string()
  .max(200)
  .regex(/^(?:\*|[^:\s*]+:(?:\*|[^:*]+))$/, 'written bundle:command, bundle:* or *')
  .describe('which commands it is for: `bundle:command`, `bundle:*` or `*`');
const rule = z.string().min(1).max(4_000).describe('as in a bundle: `with weekday in ["sat", "sun"] deny`');

const SiteRuleShape = z
  .strictObject({
    name: z.string(),
    on: z.string(),
    rule: z.string(),
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    changedAt: z.iso.datetime(),
    changedBy: z.string(),
  })
  .meta({ id: 'SiteRule' });
type SiteRuleShape = z.infer<typeof SiteRuleShape>;

const setRule = z.strictObject({
  rule: SiteRuleShape,
  warnings: z
    .array(z.string())
    .describe('what may be a slip: a command, an option, a permission or a group there is not'),
});
type SetRule = z.infer<typeof setRule>;

const byName = z.object({ name: z.string() });
type ByName = z.infer<typeof byName>;
const newRule = z.object({
  name,
  on: on.optional().describe('where the rule itself names no command: `bundle:command`, `bundle:*` or `*`'),
  rule,
  enabled: z.boolean().default(true),
});
type NewRule = z.infer<typeof newRule>;
const change = z.object({ on: on.optional(), rule: rule.optional(), enabled: z.boolean().optional() });
type Change = z.infer<typeof change>;

/** The rules of the site, which count beside those of the bundles from the next line on. */
@Controller('site-rules')
export class SiteRulesController {
  constructor(private readonly rules: SiteRules) {}

  @Get()
  @Operation({
    summary: 'List the site rules',
    permission: 'chasqui:read-rules',
    answers: { 200: z.strictObject({ rules: z.array(SiteRuleShape) }) },
  })
  async list(): Promise<{ rules: SiteRuleShape[] }> {
    return { rules: (await this.rules.list()).map(told) };
  }

  @Post()
  @Operation({
    summary: 'Add a site rule',
    permission: 'chasqui:manage-rules',
    subject: 'site-rule',
    body: newRule,
    answers: { 201: setRule },
    errors: [409, 422],
  })
  async add(@Body() body: NewRule, @Asker() asker: Principal): Promise<SetRule> {
    return toldSet(await this.rules.add(body, asker.username));
  }

  @Get(':name')
  @Operation({
    summary: 'Show a site rule',
    permission: 'chasqui:read-rules',
    params: byName,
    answers: { 200: SiteRuleShape },
    errors: [404],
  })
  async get(@Param() { name: called }: ByName): Promise<SiteRuleShape> {
    return told(await this.rules.get(called));
  }

  @Patch(':name')
  @Operation({
    summary: 'Change a site rule, or switch it on or off',
    permission: 'chasqui:manage-rules',
    subject: 'site-rule',
    params: byName,
    body: change,
    answers: { 200: setRule },
    errors: [404, 422],
  })
  async change(
    @Param() { name: called }: ByName,
    @Body() body: Change,
    @Asker() asker: Principal,
  ): Promise<SetRule> {
    return toldSet(await this.rules.change(called, body, asker.username));
  }

  @Delete(':name')
  @Operation({
    summary: 'Remove a site rule',
    permission: 'chasqui:manage-rules',
    subject: 'site-rule',
    params: byName,
    answers: { 204: null },
    errors: [404],
  })
  remove(@Param() { name: called }: ByName): Promise<void> {
    return this.rules.remove(called);
  }
}

function told({ createdAt, changedAt, ...rule }: StoredSiteRule): SiteRuleShape {
  return { ...rule, createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString() };
}

function toldSet({ rule, warnings }: SetSiteRule): SetRule {
  return { rule: told(rule), warnings: [...warnings] };
}
