import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, holds, mustHold, type Principal } from '../http/principal.js';
import { holdsOn } from '../people/scoped-permission.js';
import {
  ConfigValue,
  EffectiveConfig,
  ForWhom,
  NewValue,
  OfBundle,
  OfKey,
  WhichOwner,
  WhichValues,
} from './config-shapes.js';
import { ConfigValues } from './config-values.service.js';

const own = 'chasqui:own-config';

const whoMaySet =
  'Your own in the layer `user` needs `chasqui:own-config`, any other `chasqui:manage-config`.';

/**
 * The dynamic configuration. `chasqui:own-config` is for the layer `user` of oneself alone, and of bundles that one may use. It is a permission
 * because it is power over what other layers say: whoever sets where a command sends something decides who gets the secrets that go along.
 */
@Controller('config')
export class ConfigController {
  constructor(private readonly values: ConfigValues) {}

  @Get()
  @Operation({
    summary: 'List values of the configuration, secrets without theirs',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Your own in the layer `user` need `chasqui:own-config`, all others `chasqui:read-config`.',
    query: WhichValues,
    answers: { 200: z.strictObject({ values: z.array(ConfigValue) }) },
    errors: [403, 404, 409, 422],
  })
  async list(@Query() query: WhichValues, @Asker() asker: Principal): Promise<{ values: ConfigValue[] }> {
    const of = query.bundle === undefined ? undefined : { of: 'bundle' as const, what: query.bundle };
    if (of ? holdsOn(asker, 'chasqui:read-config', of) : holds(asker, 'chasqui:read-config'))
      return { values: await this.values.list(query) };
    const ofOthers = (query.layer ?? 'user') !== 'user' || (query.owner ?? asker.username) !== asker.username;
    mustHold(asker, ofOthers ? 'chasqui:read-config' : own);
    return { values: await this.values.list({ ...query, layer: 'user', owner: asker.username }) };
  }

  @Put(':bundle/:key')
  @Operation({
    summary: 'Set a value of the configuration',
    subject: 'config',
    permission: 'signed-in',
    scopedToo: true,
    besides: whoMaySet,
    params: OfKey,
    body: NewValue,
    answers: { 200: ConfigValue },
    errors: [403, 404, 409, 422],
  })
  async set(
    @Param() { bundle, key }: OfKey,
    @Body() body: NewValue,
    @Asker() asker: Principal,
  ): Promise<ConfigValue> {
    await this.mustSet(bundle, body, asker);
    return this.values.set(bundle, key, body, asker.username);
  }

  @Delete(':bundle/:key')
  @Operation({
    summary: 'Remove a value of the configuration',
    subject: 'config',
    permission: 'signed-in',
    scopedToo: true,
    besides: whoMaySet,
    params: OfKey,
    query: WhichOwner,
    answers: { 204: null },
    errors: [403, 404, 409, 422],
  })
  async unset(
    @Param() { bundle, key }: OfKey,
    @Query() query: WhichOwner,
    @Asker() asker: Principal,
  ): Promise<void> {
    await this.mustSet(bundle, query, asker);
    await this.values.unset(bundle, key, query, asker.username);
  }

  @Get(':bundle/effective')
  @Operation({
    summary: 'Show what a command of a bundle would find in its environment, and from where',
    permission: 'chasqui:read-config',
    on: { bundle: 'bundle' },
    params: OfBundle,
    query: ForWhom,
    answers: { 200: EffectiveConfig },
    errors: [403, 404, 409, 422],
  })
  async effective(
    @Param() { bundle }: OfBundle,
    @Query() query: ForWhom,
    @Asker() asker: Principal,
  ): Promise<EffectiveConfig> {
    return this.values.effective(bundle, { ...query, user: query.user ?? asker.username });
  }

  private async mustSet(bundle: string, { layer, owner }: WhichOwner, asker: Principal): Promise<void> {
    if (holdsOn(asker, 'chasqui:manage-config', { of: 'bundle', what: bundle })) return;
    const isOwn = layer === 'user' && owner === asker.username;
    mustHold(asker, isOwn ? own : 'chasqui:manage-config');
    await this.values.mustUse(bundle, asker.permissions);
  }
}
