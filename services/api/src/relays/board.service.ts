import { keysOf, type RelayKeys } from '@chasqui/sealing';
import type { Heartbeat } from '@chasqui/contracts';
import type { RelayView } from '@chasqui/relay-selection';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Credentials } from '../credentials/credentials.service.js';
import { KeyRing } from '../credentials/key-ring.js';
import { CONFIG } from '../parts.js';
import { readAfter } from '../read-after.js';
import { RelayViews } from './relay-views.js';
import { SeenRows } from './seen-rows.js';
import { joinTags, type KnownRelay, type Wish } from './relay-state.js';

interface Row {
  name: string;
  tags: string[];
  disabled: boolean;
  disabled_at: Date | null;
  drain_at: Date | null;
  drain_note: string | null;
  drained_at: Date | null;
  paused_at: Date | null;
  pause_note: string | null;
  revoked_at: Date | null;
  created_at: Date;
  last_seen_at: Date | null;
  rejected_at: Date | null;
  heartbeat: Heartbeat | null;
}

/** How often a relay's row is brought up to date from its heartbeats, at most, in milliseconds; more often where relays count as offline soon. */
const writeEveryMs = 4_000;

/**
 * What this instance knows of every relay. A copy, never the truth: rows come from the database and again whenever their revision
 * moved, liveness from heartbeats, which every instance hears for itself. An instance that starts takes liveness from the rows.
 */
@Injectable()
export class RelayBoard implements OnApplicationShutdown {
  /** By name, in the order of names. */
  private known = new Map<string, KnownRelay>();
  private readonly relayViews: RelayViews;
  private readonly rings = new Map<string, KeyRing<RelayKeys>>();
  private revision = '';
  private readonly writeEveryMs: number;
  private readonly seenRows: SeenRows;

  constructor(
    private readonly dataSource: DataSource,
    private readonly credentials: Credentials,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.writeEveryMs = Math.min(writeEveryMs, config.timing.offlineAfterMs / 4);
    this.relayViews = new RelayViews(config.timing);
    this.seenRows = new SeenRows(dataSource, this.writeEveryMs);
  }

  /** Reads the rows again if their revision is not the one known here. */
  async bringTo(revision: string): Promise<void> {
    if (revision !== this.revision) await this.load();
  }

  /** Reads all rows as they are now. */
  readonly load = readAfter(() => this.readRows());

  /** The tokens of a relay, with which it reports; undefined if there is no such relay or it was revoked. */
  ringOf(name: string): KeyRing<RelayKeys> | undefined {
    return this.known.get(name)?.revokedAt === undefined ? this.rings.get(name) : undefined;
  }

  /** What an order to this relay is sealed with now; undefined where it is to be given none. */
  keysFor(name: string, now: number): RelayKeys | undefined {
    return this.known.get(name)?.disabled === false ? this.ringOf(name)?.inUse(now)?.keys : undefined;
  }

  /** The relay of this name; asks the database where it is not known here, because another instance may have made it just now. */
  async find(name: string): Promise<KnownRelay | undefined> {
    if (!this.known.has(name)) await this.bringTo(await this.readRevision());
    return this.known.get(name);
  }

  get(name: string): KnownRelay | undefined {
    return this.known.get(name);
  }

  all(): KnownRelay[] {
    return [...this.known.values()];
  }

  /** Every relay as the choice of one sees it, by name. */
  views(now: number): RelayView[] {
    return this.relayViews.of(this.known.values(), now);
  }

  /**
   * A heartbeat that opened with the relay's key. Says whether it shows that the relay lives: not if it is of a time before the last one
   * heard, because then somebody brings it again, nor if it tells no time and proves nothing.
   *
   * Has the row written now and then, for instances that start later and for the sweep, and does not wait for that.
   */
  heard(heartbeat: Heartbeat, now: number): 'alive' | 'repeated' | 'unproven' {
    const relay = this.known.get(heartbeat.relay);
    if (!relay) return 'unproven';
    const seenAt = livedAt(heartbeat, relay.heartbeat, now);
    if (seenAt === undefined) return 'unproven';
    if (relay.lastSeenAt !== undefined && seenAt <= relay.lastSeenAt) return 'repeated';
    const gap =
      relay.lastSeenAt === undefined || seenAt - relay.lastSeenAt >= this.config.timing.suspectAfterMs;
    const onlineSince = gap || relay.onlineSince === undefined ? seenAt : relay.onlineSince;
    const tags = joinTags(relay.givenTags, heartbeat.tags, relay.tags);
    const stoppingSince = heartbeat.draining ? (relay.stoppingSince ?? seenAt) : undefined;
    const alive = { heartbeat, lastSeenAt: seenAt, onlineSince, stoppingSince, sentSince: 0 };
    this.known.set(relay.name, { ...relay, tags, ...alive });
    this.seenRows.add({ relay: relay.name, at: seenAt, heartbeat });
    return 'alive';
  }

  /** What was heard so far then stands in the database, as far as that is there. */
  async onApplicationShutdown(): Promise<void> {
    await this.seenRows.settled();
  }

  /** A heartbeat in this relay's name that did not open: somebody has another token. */
  async rejected(name: string, now: number): Promise<void> {
    const relay = this.known.get(name);
    if (!relay || now - (relay.rejectedAt ?? 0) < this.writeEveryMs) return;
    this.known.set(name, { ...relay, rejectedAt: now });
    await this.dataSource.query('update relays set rejected_at = to_timestamp($2 / 1000.0) where name = $1', [
      name,
      now,
    ]);
  }

  /** An order went out to it. */
  sent(name: string): void {
    const relay = this.known.get(name);
    if (relay) this.known.set(name, { ...relay, sentSince: relay.sentSince + 1 });
  }

  /** An execution that it was given is over; its next heartbeat says how many there are really. */
  ended(name: string): void {
    const relay = this.known.get(name);
    if (relay) this.known.set(name, { ...relay, sentSince: relay.sentSince - 1 });
  }

  private async readRevision(): Promise<string> {
    const [row] = await this.dataSource.query<{ revision: string }[]>(
      `select revision from revisions where of = 'relays'`,
    );
    return String(row!.revision);
  }

  private async readRows(): Promise<void> {
    const revision = await this.readRevision();
    const rows: Row[] = await this.dataSource.query('select * from relays');
    const held = await this.credentials.read('relay', keysOf);
    const before = this.known;
    this.known = new Map();
    for (const row of rows.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      this.known.set(row.name, merge(row, before.get(row.name)));
      this.rings.set(row.name, new KeyRing(row.name, held.get(row.name) ?? [], this.rings.get(row.name)));
    }
    for (const name of before.keys()) if (!this.known.has(name)) this.rings.delete(name);
    this.revision = revision;
  }
}

/**
 * When a relay lived that sent this, by our clock; undefined where it does not show. A relay from before heartbeats told that time says so by
 * when they come, as long as each was sent after the last.
 */
function livedAt(heartbeat: Heartbeat, last: Heartbeat | undefined, now: number): number | undefined {
  if (heartbeat.at !== undefined) return Math.min(heartbeat.at, now);
  if (heartbeat.nonce !== undefined || last?.at !== undefined) return undefined;
  return last === undefined || last.instance !== heartbeat.instance || heartbeat.sentAt > last.sentAt
    ? now
    : undefined;
}

function merge(row: Row, before: KnownRelay | undefined): KnownRelay {
  const lastSeenAt = Math.max(row.last_seen_at?.getTime() ?? 0, before?.lastSeenAt ?? 0);
  const heartbeat = before?.heartbeat ?? row.heartbeat ?? undefined;
  return {
    name: row.name,
    givenTags: row.tags,
    tags: joinTags(row.tags, heartbeat?.tags ?? [], before?.tags),
    disabled: row.disabled,
    disabledAt: row.disabled_at?.getTime(),
    drain: row.drain_at
      ? {
          ...wish(row.drain_at, row.drain_note),
          ...(row.drained_at && { emptyAt: row.drained_at.getTime() }),
        }
      : undefined,
    pause: row.paused_at ? wish(row.paused_at, row.pause_note) : undefined,
    revokedAt: row.revoked_at?.getTime(),
    createdAt: row.created_at.getTime(),
    lastSeenAt: lastSeenAt === 0 ? undefined : lastSeenAt,
    rejectedAt: row.rejected_at?.getTime() ?? before?.rejectedAt,
    heartbeat,
    onlineSince: before?.onlineSince,
    stoppingSince: before?.stoppingSince,
    sentSince: before?.sentSince ?? 0,
  };
}

function wish(at: Date, note: string | null): Wish {
  return { at: at.getTime(), ...(note !== null && { note }) };
}
