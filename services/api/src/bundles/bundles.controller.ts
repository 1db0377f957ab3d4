import type { Fault } from '@chasqui/bundles';
import { bundleDifferenceSentence, bundleFaultSentence } from '@chasqui/replies';
import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { byHandler, Operation } from '../http/operation.js';
import { Asker, mustHoldOn, type Principal } from '../http/principal.js';
import { keptWhile } from '../kept-while.js';
import { Revisions } from '../revisions.service.js';
import { Bundles, type StoredBundle } from './bundles.service.js';

const BundleFault = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  pointer: z.string().describe('JSON pointer (RFC 6901)'),
  message: z.string(),
});

const BundleSummary = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  installedAt: z.iso.datetime(),
  installedBy: z.string(),
  sha256: z.string().describe('of the source'),
  commands: z.array(z.string()),
  warnings: z.array(BundleFault).optional(),
  replaced: z
    .array(z.string())
    .optional()
    .describe('what differs from the same version that was installed before, where it was replaced by force'),
});
type BundleSummary = z.infer<typeof BundleSummary>;

const BundleDetail = BundleSummary.omit({ commands: true }).extend({
  source: z.string(),
  format: z.enum(['gort', 'chasqui']),
  relay: z.string().optional(),
  permissions: z.array(z.string()),
  commands: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      image: z.string().optional(),
      relay: z.string().optional(),
      rules: z.array(z.string()),
    }),
  ),
});
type BundleDetail = z.infer<typeof BundleDetail>;

const byName = z.object({ name: z.string() });
const byVersion = z.object({ name: z.string(), version: z.string() });
type ByVersion = z.infer<typeof byVersion>;
const installation = z.object({
  source: z.string().max(1_048_576).describe('the bundle file, YAML'),
  enable: z.boolean().optional(),
  force: z.boolean().optional().describe('replace the same version with other content'),
});
type Installation = z.infer<typeof installation>;

@Controller('bundles')
export class BundlesController {
  private readonly versionsOf: (name: string) => Promise<{ name: string; versions: BundleSummary[] }>;

  constructor(
    private readonly bundles: Bundles,
    revisions: Revisions,
  ) {
    this.versionsOf = keptWhile(revisions, 'bundles', async (name) => ({
      name,
      versions: (await bundles.get(name)).map((row) => summary(row)),
    }));
  }

  @Get()
  @Operation({
    summary: 'List the installed bundles',
    permission: 'chasqui:read-bundles',
    answers: { 200: z.object({ bundles: z.array(BundleSummary) }) },
  })
  async list(): Promise<{ bundles: BundleSummary[] }> {
    return { bundles: (await this.bundles.list()).map((row) => summary(row)) };
  }

  @Post()
  @Operation({
    summary: 'Install a bundle version',
    subject: 'bundle',
    permission: 'chasqui:manage-bundles',
    on: { bundle: byHandler },
    body: installation,
    bodyBytes: 2 * 1024 * 1024,
    answers: { 201: BundleSummary },
    errors: [409, 422],
  })
  async install(@Body() body: Installation, @Asker() asker: Principal): Promise<BundleSummary> {
    const { bundle, warnings, differences } = await this.bundles.install(body.source, asker.username, {
      ...body,
      check: (what) => mustHoldOn(asker, 'chasqui:manage-bundles', { of: 'bundle', what }),
    });
    return {
      ...summary(bundle, warnings),
      ...(differences && { replaced: differences.map(bundleDifferenceSentence) }),
    };
  }

  @Get(':name')
  @Operation({
    summary: 'List the versions of a bundle',
    permission: 'chasqui:read-bundles',
    on: { bundle: 'name' },
    params: byName,
    answers: { 200: z.object({ name: z.string(), versions: z.array(BundleSummary) }) },
    errors: [404],
  })
  async versions(@Param() { name }: { name: string }): Promise<{ name: string; versions: BundleSummary[] }> {
    return this.versionsOf(name);
  }

  @Get(':name/:version')
  @Operation({
    summary: 'Show a bundle version',
    permission: 'chasqui:read-bundles',
    on: { bundle: 'name' },
    params: byVersion,
    answers: { 200: BundleDetail },
    errors: [404],
  })
  async version(@Param() { name, version }: ByVersion): Promise<BundleDetail> {
    return detail(await this.bundles.getVersion(name, version));
  }

  @Put(':name/enabled')
  @Operation({
    summary: 'Enable a version of a bundle, and no other',
    subject: 'bundle',
    permission: 'chasqui:manage-bundles',
    on: { bundle: 'name' },
    params: byName,
    body: z.object({ version: oneLine(200) }),
    answers: { 200: BundleSummary },
    errors: [404],
  })
  async enable(
    @Param() { name }: { name: string },
    @Body() { version }: { version: string },
    @Asker() asker: Principal,
  ): Promise<BundleSummary> {
    return summary(await this.bundles.enable(name, version, asker.username));
  }

  @Delete(':name/enabled')
  @Operation({
    summary: 'Disable a bundle',
    subject: 'bundle',
    permission: 'chasqui:manage-bundles',
    on: { bundle: 'name' },
    params: byName,
    answers: { 204: null },
    errors: [404],
  })
  disable(@Param() { name }: { name: string }, @Asker() asker: Principal): Promise<void> {
    return this.bundles.disable(name, asker.username);
  }

  @Delete(':name/:version')
  @Operation({
    summary: 'Uninstall a version of a bundle that is not enabled',
    subject: 'bundle',
    permission: 'chasqui:manage-bundles',
    on: { bundle: 'name' },
    params: byVersion,
    answers: { 204: null },
    errors: [404, 409],
  })
  uninstall(@Param() { name, version }: ByVersion, @Asker() asker: Principal): Promise<void> {
    return this.bundles.uninstall(name, version, asker.username);
  }
}

function summary(row: StoredBundle, warnings: readonly Fault[] = []): BundleSummary {
  const { name, version, description, enabled, sha256 } = row;
  return {
    name,
    version,
    description,
    enabled,
    sha256,
    installedAt: row.installed_at.toISOString(),
    installedBy: row.installed_by,
    commands: row.content.commands.map((command) => command.name),
    ...(warnings.length > 0
      ? { warnings: warnings.map((fault) => ({ ...fault, message: bundleFaultSentence(fault) })) }
      : {}),
  };
}

function detail(row: StoredBundle): BundleDetail {
  const { format, relay, permissions, commands } = row.content;
  return {
    ...summary(row),
    source: row.source,
    format,
    relay,
    permissions: [...permissions],
    commands: commands.map(({ name, description, image, relay: selector, rules }) => ({
      name,
      description,
      image,
      relay: selector,
      rules: [...rules],
    })),
  };
}
