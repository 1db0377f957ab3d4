import { DriverName, RelayName } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { ToldToken, toldTokens } from '../credentials/told-tokens.js';
import { CONFIG } from '../parts.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { RelayBoard } from './board.service.js';
import { noSuchRelay } from './relay-changes.service.js';
import { standingOf, type KnownRelay, type Wish } from './relay-state.js';

const time = z.iso.datetime();
const ToldWish = z.object({ since: time, note: z.string().optional() });

/** A relay as REST tells of it. */
export const ToldRelay = z.object({
  name: RelayName,
  tags: z.array(z.string()).describe('those that count: an operator’s, and what it says of itself'),
  refusedTags: z
    .array(z.string())
    .optional()
    .describe('what it says of itself and does not count, because these tags are protected'),
  state: z.enum(['never-seen', 'online', 'suspect', 'offline', 'draining', 'paused', 'disabled', 'revoked']),
  since: time,
  drain: ToldWish.extend({
    emptySince: time.optional().describe('since when nothing runs or waits there any more'),
  })
    .optional()
    .describe('it is to finish what it has and takes nothing new, whatever its state'),
  pause: ToldWish.optional().describe('it takes nothing new, whatever its state'),
  lastSeenAt: time.optional(),
  rejectedAt: time.optional().describe('when somebody last called in its name with another token'),
  tokens: z.array(ToldToken),
  drivers: z.array(DriverName),
  inFlight: z.number().int().describe('what it has in hand, by its last heartbeat'),
  unfinished: z.number().int().describe('executions that were ordered there, or are to be, and are not over'),
  slots: z.number().int(),
  version: z.string().optional(),
  startedAt: time.optional(),
  platform: z.string().optional(),
  enginePlatforms: z.array(z.string()).optional().describe('what its container engine runs'),
  clockOffsetMs: z
    .number()
    .int()
    .optional()
    .describe('how far its clock is ahead of ours; negative where it is behind'),
  images: z.array(z.string()).optional().describe('digests of images that it ran lately'),
});
export type ToldRelay = z.infer<typeof ToldRelay>;

/** Tells of relays: what is known of them here, what is ordered there, and which of their tags count. */
@Injectable()
export class ToldRelays {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    private readonly policies: SitePolicies,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  async all(): Promise<ToldRelay[]> {
    await this.board.load();
    const [policy, unfinished] = await Promise.all([
      this.policies.read(this.dataSource.manager),
      this.unfinished(this.board.all().map(({ name }) => name)),
    ]);
    return this.board.all().map((relay) => this.told(relay, policy, unfinished));
  }

  /** @throws Problem 404 */
  async one(name: string): Promise<ToldRelay> {
    await this.board.load();
    const relay = this.board.get(name);
    if (!relay) throw noSuchRelay(name);
    const [policy, unfinished] = await Promise.all([
      this.policies.read(this.dataSource.manager),
      this.unfinished([name]),
    ]);
    return this.told(relay, policy, unfinished);
  }

  private async unfinished(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.dataSource.query<{ relay: string; count: number }[]>(
      `select relay, count(*)::int as count from (
         select relay from executions where state in ('accepted', 'running') and relay = any($1)
         union all select relay from executions where state = 'waiting' and relay = any($1)) open group by relay`,
      [names],
    );
    return new Map(rows.map(({ relay, count }) => [relay, count]));
  }

  private told(relay: KnownRelay, policy: SitePolicy, unfinished: ReadonlyMap<string, number>): ToldRelay {
    const now = Date.now();
    const { state, since } =
      relay.revokedAt === undefined
        ? standingOf(relay, this.config.timing, now)
        : { state: 'revoked' as const, since: relay.revokedAt };
    const { heartbeat, drain, pause, name } = relay;
    const { tags } = policy.asCounted(relay);
    const refusedTags = relay.tags.filter((tag) => !tags.includes(tag));
    const open = unfinished.get(name) ?? 0;
    return {
      name,
      tags: [...tags],
      ...(refusedTags.length > 0 && { refusedTags }),
      state,
      since: iso(since),
      ...(drain && {
        drain: {
          ...toldWish(drain),
          ...(drain.emptyAt !== undefined && open === 0 && { emptySince: iso(drain.emptyAt) }),
        },
      }),
      ...(pause && { pause: toldWish(pause) }),
      ...(relay.lastSeenAt !== undefined && { lastSeenAt: iso(relay.lastSeenAt) }),
      ...(relay.rejectedAt !== undefined && { rejectedAt: iso(relay.rejectedAt) }),
      tokens: toldTokens(this.board.ringOf(name), now),
      drivers: heartbeat?.drivers ?? [],
      inFlight: heartbeat?.inFlight ?? 0,
      unfinished: open,
      slots: heartbeat?.slots ?? 0,
      ...(heartbeat && {
        version: heartbeat.version,
        startedAt: iso(heartbeat.startedAt),
        platform: heartbeat.platform,
        enginePlatforms: heartbeat.platforms,
        clockOffsetMs: heartbeat.clockOffsetMs,
        images: heartbeat.images,
      }),
    };
  }
}

function toldWish({ at, note }: Wish) {
  return { since: iso(at), ...(note !== undefined && { note }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
