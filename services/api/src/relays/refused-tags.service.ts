import { Injectable } from '@nestjs/common';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { RelayBoard } from './board.service.js';

/** Says so in the log when a relay claims protected tags for itself, which count for nothing: once, until it claims others. */
@Injectable()
export class RefusedTags {
  /** The tags that were told of, by relay. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly board: RelayBoard,
    private readonly policies: SitePolicies,
    private readonly events: Events,
  ) {}

  /** For every heartbeat: it asks nobody, but for the first time. */
  async tell(name: string): Promise<void> {
    const relay = this.board.get(name);
    if (!relay) return;
    const policy = await this.policies.lately().catch((cause: unknown) => {
      if (!databaseAway(cause)) throw cause;
      return undefined;
    });
    if (!policy) return;
    const { tags } = policy.asCounted(relay);
    const refused = tags === relay.tags ? [] : relay.tags.filter((tag) => !tags.includes(tag));
    if (refused.length > 0 && this.told.get(name) !== refused.join()) this.events.tagsRefused(name, refused);
    this.told.set(name, refused.join());
  }
}
