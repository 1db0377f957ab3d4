import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Operation } from '../http/operation.js';
import { CONFIG } from '../parts.js';
import { Secrets } from './secrets.service.js';

const Status = z
  .strictObject({
    keys: z.array(z.string()).describe('ids of the keys that the server has, the current one first'),
    secrets: z.array(
      z.strictObject({
        of: z.string(),
        key: z.string().describe('the id of the key; `v1` for those from before keys had ids'),
        count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'SecretsStatus' });
type Status = z.infer<typeof Status>;

const wanted = z.object({
  limit: z.number().int().min(1).max(1000).default(200),
  after: z.string().max(2000).optional().describe('the `next` of the batch before'),
});
type Wanted = z.infer<typeof wanted>;

const Reencrypted = z
  .strictObject({
    reencrypted: z.number().int(),
    unreadable: z
      .array(z.strictObject({ of: z.string(), row: z.string() }))
      .describe('those that none of the keys opens; they stay as they are'),
    next: z.string().optional().describe('there may be more: give this as `after`'),
  })
  .meta({ id: 'Reencrypted' });
type Reencrypted = z.infer<typeof Reencrypted>;

const Setting = z
  .strictObject({
    name: z.string(),
    value: z.string().optional().describe('`***` where it is secret; lengths of time in milliseconds'),
    secret: z.boolean(),
    from: z.enum(['environment', 'file', 'default', 'not set']),
    file: z.string().optional(),
  })
  .meta({ id: 'Setting' });
type Setting = z.infer<typeof Setting>;

/** The installation's own secrets and settings: what they are encrypted with, and what is in force. Nothing secret is ever shown. */
@Controller()
export class SecretsController {
  constructor(
    private readonly secrets: Secrets,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get('secrets')
  @Operation({
    summary: 'Show how many stored secrets are encrypted with which key',
    permission: 'chasqui:manage-secrets',
    answers: { 200: Status },
  })
  async status(): Promise<Status> {
    return { keys: this.secrets.keyIds(), secrets: await this.secrets.counts() };
  }

  @Post('secrets/reencrypt')
  @Operation({
    summary: 'Encrypt a batch of stored secrets anew with the current key',
    subject: 'secrets',
    permission: 'chasqui:manage-secrets',
    body: wanted,
    answers: { 200: Reencrypted },
  })
  async reencrypt(@Body() { limit, after }: Wanted): Promise<Reencrypted> {
    const { unreadable, ...batch } = await this.secrets.reencrypt(limit, after);
    return { ...batch, unreadable: [...unreadable] };
  }

  @Get('settings')
  @Operation({
    summary: 'Show the settings in force, where each came from, and nothing that is secret',
    permission: 'chasqui:manage-secrets',
    answers: { 200: z.strictObject({ settings: z.array(Setting) }) },
  })
  settings(): { settings: Setting[] } {
    return { settings: [...(this.config.settings ?? [])] };
  }
}
