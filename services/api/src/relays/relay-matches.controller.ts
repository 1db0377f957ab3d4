import { RelayMatches } from '@chasqui/contracts';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Bundles } from '../bundles/bundles.service.js';
import { buildCatalogue, type Entry } from '../commands/catalogue.js';
import { needOf } from '../commands/place.js';
import { Operation } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { problems } from '../site-rules/site-rule-problems.js';
import { RelayBoard } from './board.service.js';
import { relayMatches } from './relay-matches.js';

const asked = z.object({
  selector: z.string().max(1_000).default('').describe('as behind `--on`; without one every relay matches'),
  command: z
    .string()
    .max(200)
    .optional()
    .describe('`bundle:command`: what its bundle and it ask for must hold as well'),
});
type Asked = z.infer<typeof asked>;

/** What a selector means now, before anybody runs something there. */
@Controller('relay-matches')
export class RelayMatchesController {
  constructor(
    private readonly board: RelayBoard,
    private readonly policies: SitePolicies,
    private readonly bundles: Bundles,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Get()
  @Operation({
    summary:
      'Tell which relays match a selector, which of them would take work, and why the others would not',
    permission: 'chasqui:read-relays',
    query: asked,
    answers: { 200: RelayMatches },
    errors: [404, 422],
  })
  async match(@Query() { selector, command }: Asked): Promise<RelayMatches> {
    await this.board.load();
    const policy = await this.policies.read(this.dataSource.manager);
    const relays = this.board.views(Date.now()).map((relay) => policy.asCounted(relay));
    const entry = command === undefined ? undefined : await this.entryOf(command, policy);
    const need = entry && needOf(entry, selector, { policy, place: { channel: '' } });
    const matches = relayMatches(need?.selectors ?? [{ from: 'person', selector }], need, relays);
    if ('kind' in matches) throw problems.badSelector(matches.text, matches.fault);
    return { ...matches, ...(entry && { command: entry.fullName }) };
  }

  private async entryOf(command: string, policy: SitePolicy): Promise<Entry> {
    const enabled = (await this.bundles.list()).filter(({ enabled: on }) => on);
    const catalogue = buildCatalogue(
      enabled.map(({ content }) => content),
      policy,
    );
    const entry = catalogue.byFullName.get(command);
    if (!entry)
      throw new Problem(
        404,
        'no-such-command',
        `No enabled bundle has a command ${command}; name it with its bundle, like net:where.`,
        { command },
      );
    return entry;
  }
}
