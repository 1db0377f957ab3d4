import { isSelectorFault, parseSelector, printSelector } from '@chasqui/relay-selection';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { channelOf } from '../configuration/owner.js';
import { problems } from '../site-rules/site-rule-problems.js';
import { noSelectorOf } from './channel-problems.js';

/** What must hold of a relay, beside all else, for what is said in a channel. */
export interface ChannelRelays {
  /** In one word, as configuration knows it: `slack/T1/C12`. */
  readonly channel: string;
  /** As somebody named it, where they did not write that: `slack/#ops`. */
  readonly name: string | null;
  /** In canonical text. */
  readonly selector: string;
  readonly setAt: Date;
  readonly setBy: string;
}

const columns = 'channel, channel_name as name, selector, set_at as "setAt", set_by as "setBy"';

/** Selectors of channels: a trigger moves the revision that every instance looks at with every line. */
@Injectable()
export class ChannelSelectors {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  list(): Promise<ChannelRelays[]> {
    return this.dataSource.query(`select ${columns} from channel_relays order by channel`);
  }

  /** @throws Problem 404 for a channel of that name that was not heard of late, 422 */
  async set(channel: string, text: string, by: string): Promise<ChannelRelays> {
    const selector = parseSelector(text);
    if (isSelectorFault(selector)) throw problems.badSelector(text, selector);
    if (selector.requirements.length === 0) throw problems.wholeSite();
    const { owner, ownerName } = await channelOf(this.dataSource, channel);
    const [row] = await this.dataSource.query<ChannelRelays[]>(
      `insert into channel_relays (channel, channel_name, selector, set_by) values ($1, $2, $3, $4)
       on conflict (channel) do update set channel_name = coalesce(excluded.channel_name, channel_relays.channel_name),
         selector = excluded.selector, set_at = now(), set_by = excluded.set_by returning ${columns}`,
      [owner, ownerName, printSelector(selector), by],
    );
    return row!;
  }

  /** @throws Problem 404 */
  async remove(channel: string): Promise<void> {
    const { owner } = await channelOf(this.dataSource, channel);
    const [, removed] = await this.dataSource.query<[unknown[], number]>(
      'delete from channel_relays where channel = $1',
      [owner],
    );
    if (removed === 0) throw noSelectorOf(channel);
  }
}
