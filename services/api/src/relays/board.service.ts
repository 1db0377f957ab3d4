import { decryptAtRest, keysOf, type RelayKeys } from '@chasqui/sealing';
import type { Heartbeat } from '@chasqui/contracts';
import type { RelayView } from '@chasqui/relay-selection';
import { SettingsError } from '@chasqui/settings';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { databaseAway } from '../database-faults.js';
import { CONFIG } from '../parts.js';
import { joinTags, stateOf, type KnownRelay } from './relay-state.js';

interface Row {
  name: string;
  tags: string[];
  secret: string;
  disabled: boolean;
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
export class RelayBoard {
  private readonly known = new Map<string, KnownRelay>();
  private readonly keys = new Map<string, RelayKeys>();
  private readonly writtenAt = new Map<string, number>();
  private revision = '';
  private loading?: Promise<void>;
  private readonly writeEveryMs: number;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.writeEveryMs = Math.min(writeEveryMs, config.timing.offlineAfterMs / 4);
  }

  /** Reads the rows again if their revision is not the one known here. */
  async bringTo(revision: string): Promise<void> {
    if (revision !== this.revision) await this.load();
  }

  /** Reads all rows; calls that come while one is under way share it. */
  load(): Promise<void> {
    this.loading ??= this.readRows().finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** The keys shared with a relay; undefined if there is no such relay or it is disabled. */
  keysOf(name: string): RelayKeys | undefined {
    return this.known.get(name)?.disabled === false ? this.keys.get(name) : undefined;
  }

  get(name: string): KnownRelay | undefined {
    return this.known.get(name);
  }

  all(): KnownRelay[] {
    return [...this.known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every relay as the choice of one sees it. */
  views(now: number): RelayView[] {
    return this.all().map((relay) => ({
      name: relay.name,
      tags: relay.tags,
      ...stateOf(relay, this.config.timing, now),
      drivers: relay.heartbeat?.drivers ?? [],
      inFlight: Math.max(0, (relay.heartbeat?.inFlight ?? 0) + relay.sentSince),
      slots: relay.heartbeat?.slots ?? 1,
    }));
  }

  /**
   * A heartbeat that opened with the relay's key. Writes the row now and then, for instances that start later and for the sweep. Where the
   * database is away it waits for nothing: the next heartbeat says more than this one.
   */
  async heard(heartbeat: Heartbeat, now: number): Promise<void> {
    const relay = this.known.get(heartbeat.relay);
    if (!relay) return;
    const gap = relay.lastSeenAt === undefined || now - relay.lastSeenAt >= this.config.timing.suspectAfterMs;
    const onlineSince = gap || relay.onlineSince === undefined ? now : relay.onlineSince;
    const tags = joinTags(relay.givenTags, heartbeat.tags, relay.tags);
    this.known.set(relay.name, { ...relay, tags, heartbeat, lastSeenAt: now, onlineSince, sentSince: 0 });
    if (now - (this.writtenAt.get(relay.name) ?? 0) < this.writeEveryMs) return;
    try {
      await this.dataSource.query(
        `update relays set last_seen_at = to_timestamp($2 / 1000.0), heartbeat = $3
         where name = $1 and (last_seen_at is null or last_seen_at < to_timestamp($4 / 1000.0))`,
        [relay.name, now, heartbeat, now - this.writeEveryMs / 2],
      );
      this.writtenAt.set(relay.name, now);
    } catch (cause) {
      if (!databaseAway(cause)) throw cause;
    }
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

  private async readRows(): Promise<void> {
    const [{ revision }] = await this.dataSource.query(`select revision from revisions where of = 'relays'`);
    const rows: Row[] = await this.dataSource.query('select * from relays');
    for (const row of rows) {
      const before = this.known.get(row.name);
      this.known.set(row.name, merge(row, before));
      this.keys.set(row.name, await this.readKeys(row));
    }
    const names = new Set(rows.map((row) => row.name));
    for (const name of this.known.keys()) if (!names.has(name)) this.forget(name);
    this.revision = String(revision);
  }

  private async readKeys(row: Row): Promise<RelayKeys> {
    const secret = decryptAtRest(row.secret, this.config.secretKey);
    if (!secret)
      throw new SettingsError([
        `CHASQUI_SECRET_KEY: the token of relay ${row.name} was stored with another one; give that, or delete and create the relay`,
      ]);
    return keysOf(row.name, secret);
  }

  private forget(name: string): void {
    this.known.delete(name);
    this.keys.delete(name);
  }
}

function merge(row: Row, before: KnownRelay | undefined): KnownRelay {
  const lastSeenAt = Math.max(row.last_seen_at?.getTime() ?? 0, before?.lastSeenAt ?? 0);
  const heartbeat = before?.heartbeat ?? row.heartbeat ?? undefined;
  return {
    name: row.name,
    givenTags: row.tags,
    tags: joinTags(row.tags, heartbeat?.tags ?? [], before?.tags),
    disabled: row.disabled,
    createdAt: row.created_at.getTime(),
    lastSeenAt: lastSeenAt === 0 ? undefined : lastSeenAt,
    rejectedAt: row.rejected_at?.getTime() ?? before?.rejectedAt,
    heartbeat,
    onlineSince: before?.onlineSince,
    sentSince: before?.sentSince ?? 0,
  };
}
