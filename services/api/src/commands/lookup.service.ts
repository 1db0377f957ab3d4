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
import { askerQuery, type AskerKey, type KnownAsker } from '../people/who-sql.js';
import { prepared, type Statement } from '../prepared.js';
import { RelayBoard } from '../relays/board.service.js';
import { buildCatalogue, type Catalogue } from './catalogue.js';
import type { Known, KnownPerson } from './known.js';
import { namesIn, peopleNamed, roomsNamed, sawRoom } from './names.js';

/** Who asks (an `id` that is null where nobody knows them), their aliases, and the revisions of what is kept in memory. */
type Read = Record<RevisionName, string> & { readonly own: Record<string, string> | null } & (
    KnownAsker | { readonly [K in keyof KnownAsker]: null }
  );

const revisionNames = ['bundles', 'relays', 'configuration', 'aliases'] as const;
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
  private readonly catalogueAt = keptAt((): Promise<Catalogue> => this.readCatalogue());
  private readonly siteAliasesAt = keptAt((): Promise<ReadonlyMap<string, string>> => this.readSiteAliases());

  constructor(
    private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    private readonly configuration: Configuration,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  async for(message: ChatMessage, line: CommandLine | Refusal, key: string): Promise<Known> {
    const { adapter, workspace, sender, room, mentions = [] } = message;
    const trusted = this.config.trustedAdapters.includes(adapter);
    const read = await this.read({ adapter, workspace, senderId: sender.id, trusted });
    const [catalogue, site, configuration] = await Promise.all([
      this.catalogueAt(read.bundles),
      this.siteAliasesAt(read.aliases),
      this.configuration.view(read.configuration),
      this.board.bringTo(read.relays),
      this.remember(message),
    ]);
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
      asker: read.id === null ? undefined : { ...read, permissions: new Set(read.permissions) },
      sender: { adapter, ...(workspace && { workspace }), ...sender },
      place: {
        room: room.id,
        roomName: room.name,
        channel: channelKey({ adapter, workspace, room: room.id }),
      },
      catalogue,
      configuration,
      aliases: { own: new Map(Object.entries(read.own ?? {})), site },
      people: trusted ? byTheirNames(people) : people,
      rooms: new Map([...rooms, ...mentioned('room')]),
      mentioned: new Map(mentioned('person')),
      relays: this.board.views(now),
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

  private async readCatalogue(): Promise<Catalogue> {
    const rows: { content: Bundle }[] = await this.dataSource.query(
      'select content from bundles where enabled order by name',
    );
    return buildCatalogue(rows.map((row) => row.content));
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

/** Whether anything in a line can be the name of a person or a room. */
function namesAny({ redirects, text }: CommandLine, catalogue: Catalogue): boolean {
  return catalogue.namesPeople || (redirects.length > 0 && /[#@]/.test(text));
}

/** Where the chat's people are our own users: the terminal of solo mode. */
function byTheirNames(people: ReadonlyMap<string, KnownPerson>): ReadonlyMap<string, KnownPerson> {
  return new Map([...people].map(([name, { username }]) => [name, { username, externalId: username }]));
}
