import type { Bundle } from '@chasqui/bundles';
import type { CommandLine } from '@chasqui/command-language';
import { isRefusal, type ChatMessage, type Refusal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { channelKey } from '../configuration/channel-key.js';
import { Configuration } from '../configuration/configuration.service.js';
import { keptAt } from '../kept-at.js';
import { CONFIG } from '../parts.js';
import { cutToScopes } from '../people/credentials.js';
import { askerQuery, type AskerKey, type KnownAsker } from '../people/who-sql.js';
import { prepared, type Statement } from '../prepared.js';
import { howToBeKnown } from '../registration/how-to-be-known.js';
import { RelayBoard } from '../relays/board.service.js';
import { httpAdapter } from '../runs/reply-to.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { buildCatalogue, type Catalogue } from './catalogue.js';
import type { Asked } from './asked.js';
import type { Known, KnownPerson } from './known.js';
import { namesIn, peopleNamed, roomsNamed, sawRoom } from './names.js';

/** Who asks (an `id` that is null where nobody knows them), their aliases, and the revisions of what is kept in memory. */
type Read = Record<RevisionName, string> & { readonly own: Record<string, string> | null } & (
    KnownAsker | { readonly [K in keyof KnownAsker]: null }
  );

const revisionNames = ['bundles', 'relays', 'configuration', 'aliases', 'site_rules'] as const;
type RevisionName = (typeof revisionNames)[number];

const revisions = `select ${revisionNames.map((name) => `max(revision) filter (where of = '${name}') as ${name}`).join(', ')} from revisions`;

/**
 * Gathers what a decision looks at. Who asks and what they may do is read for every message, so a right that is taken away is gone
 * with the next line; bundles, relays, configuration and the site's aliases are kept, and read again when their revision, read at the same
 * time, has moved. The people and rooms that a line names are looked up only where something in it can name any.
 */
@Injectable()
export class Lookup {
  private readonly statements = new Map<string, Statement>();
  private readonly seenRooms = new Map<string, string>();
  private readonly bundlesAt = keptAt((): Promise<readonly Bundle[]> => this.readBundles());
  private built?: {
    readonly bundles: readonly Bundle[];
    readonly policy: SitePolicy;
    readonly catalogue: Catalogue;
  };
  private readonly siteAliasesAt = keptAt((): Promise<ReadonlyMap<string, string>> => this.readSiteAliases());

  constructor(
    private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    private readonly configuration: Configuration,
    private readonly policies: SitePolicies,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** @param as for whom to look, where that is not who said it: then nobody has said anything, and nothing of it is remembered */
  async for(
    message: ChatMessage,
    line: CommandLine | Refusal,
    key: string,
    as?: AskerKey,
    { scopes, schedule }: Asked = {},
  ): Promise<Known> {
    const { adapter, workspace, sender, room, mentions = [] } = message;
    const trusted = this.config.trustedAdapters.includes(adapter);
    const read = await this.read(as ?? { adapter, workspace, senderId: sender.id, trusted });
    const [bundles, policy, site, configuration] = await Promise.all([
      this.bundlesAt(read.bundles),
      this.policies.at(read.site_rules),
      this.siteAliasesAt(read.aliases),
      this.configuration.view(read.configuration),
      this.board.bringTo(read.relays),
      as ? undefined : this.remember(message),
    ]);
    const catalogue = this.catalogueOf(bundles, policy);
    const names = isRefusal(line) || !namesAny(line, catalogue) ? [] : namesIn(line);
    const place = { adapter, workspace };
    const [people, rooms] = await Promise.all([
      peopleNamed(this.dataSource, names, place),
      roomsNamed(this.dataSource, names, place),
    ]);
    const now = Date.now();
    const mentioned = (kind: 'room' | 'person') =>
      mentions.filter((one) => one.kind === kind).map((one): [string, string] => [one.name, one.id]);
    return {
      asker: read.id === null ? undefined : knownAsker(read, scopes),
      sender: {
        adapter,
        ...(workspace && { workspace }),
        ...sender,
        becomesKnown: howToBeKnown(adapter, this.config),
      },
      place: {
        room: room.id,
        roomName: room.name,
        channel: channelKey({ adapter, workspace, room: room.id }),
        adapter,
        direct: room.direct,
      },
      origin: schedule ? 'schedule' : adapter === httpAdapter ? 'api' : 'chat',
      ...(schedule && { schedule: schedule.run }),
      catalogue,
      policy,
      configuration,
      aliases: { own: new Map(Object.entries(read.own ?? {})), site },
      people: trusted ? byTheirNames(people) : people,
      rooms: new Map([...rooms, ...mentioned('room')]),
      mentioned: new Map(mentioned('person')),
      relays: this.board.views(now).map((relay) => policy.asCounted(relay)),
      now,
      saidAt: message.saidAt,
      takeWithinMs: this.config.timing.takeWithinMs,
      key,
    };
  }

  /** The one read. */
  private async read(key: AskerKey): Promise<Read> {
    const { kind, sql, values } = askerQuery(key);
    let statement = this.statements.get(kind);
    if (!statement) {
      statement = prepared(
        `lookup ${kind}`,
        `select r.*, asker.*, own.own from (${revisions}) r left join lateral (${sql}) asker on true
         left join lateral (select jsonb_object_agg(a.name, a.line) as own from aliases a where a.owner = asker.id) own on true`,
      );
      this.statements.set(kind, statement);
    }
    const [read] = await statement<Read>(this.dataSource, values);
    return read!;
  }

  private catalogueOf(bundles: readonly Bundle[], policy: SitePolicy): Catalogue {
    if (this.built?.bundles !== bundles || this.built.policy !== policy)
      this.built = { bundles, policy, catalogue: buildCatalogue(bundles, policy) };
    return this.built.catalogue;
  }

  private async readBundles(): Promise<readonly Bundle[]> {
    const rows: { content: Bundle }[] = await this.dataSource.query(
      'select content from bundles where enabled order by name',
    );
    return rows.map((row) => row.content);
  }

  private async readSiteAliases(): Promise<ReadonlyMap<string, string>> {
    const rows: { name: string; line: string }[] = await this.dataSource.query(
      'select name, line from aliases where owner is null',
    );
    return new Map(rows.map(({ name, line }) => [name, line]));
  }

  /** A room that this instance has not heard from under this name. */
  private async remember({ adapter, workspace, room }: ChatMessage): Promise<void> {
    const { id, name } = room;
    const key = channelKey({ adapter, workspace, room: id });
    if (name === undefined || room.direct || this.seenRooms.get(key) === name) return;
    await sawRoom(this.dataSource, { adapter, workspace }, { id, name });
    this.seenRooms.set(key, name);
  }
}

function knownAsker(read: KnownAsker, scopes: Asked['scopes']): Known['asker'] {
  const { permissions, ...asker } = cutToScopes(read, scopes);
  return { ...asker, permissions: new Set(permissions) };
}

/** Whether anything in a line can be the name of a person or a room. */
function namesAny({ redirects, text }: CommandLine, catalogue: Catalogue): boolean {
  return catalogue.namesPeople || (redirects.length > 0 && /[#@]/.test(text));
}

/** Where the chat's people are our own users: the terminal of solo mode. */
function byTheirNames(people: ReadonlyMap<string, KnownPerson>): ReadonlyMap<string, KnownPerson> {
  return new Map([...people].map(([name, { username }]) => [name, { username, externalId: username }]));
}
