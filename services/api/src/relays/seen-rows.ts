import type { Heartbeat } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { databaseAway } from '../database-faults.js';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';

/** That a relay lived at a time, in milliseconds since the epoch, and what it said then. */
export interface Seen {
  readonly relay: string;
  readonly at: number;
  readonly heartbeat: Heartbeat;
}

/**
 * Brings the rows of relays up to date: of a thousand relays two hundred are heard in a second, by every instance. Nobody waits for it, or a slow
 * database would keep us from hearing who lives. What is heard while a statement is under way goes together with the next, of each relay the
 * last. Where the database is away it is dropped: the next heartbeat says more than this one.
 */
export class SeenRows {
  private waiting = new Map<string, Seen>();
  private writing: Promise<void> | undefined;
  private fault: unknown;
  private readonly writtenAt = new Map<string, number>();

  /** @param everyMs how often a row is written at most; one that another instance has written lately stays as it is, for it has the same news */
  constructor(
    private readonly dataSource: DataSource,
    private readonly everyMs: number,
  ) {}

  /** @throws what went wrong at the last writing, where that was not the database being away */
  add(seen: Seen): void {
    if (seen.at - (this.writtenAt.get(seen.relay) ?? 0) >= this.everyMs) this.waiting.set(seen.relay, seen);
    if (this.waiting.size > 0) this.writing ??= this.write();
    const { fault } = this;
    this.fault = undefined;
    if (fault !== undefined) throw fault;
  }

  /** Resolves once what was added so far is written, or dropped. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const seen = [...this.waiting.values()];
      this.waiting = new Map();
      try {
        await update(this.dataSource, [jsonb(seen), this.everyMs / 2]);
        for (const { relay, at } of seen) this.writtenAt.set(relay, at);
      } catch (cause) {
        if (!databaseAway(cause)) this.fault = cause;
      }
    }
    this.writing = undefined;
  }
}

/** A row that somebody else is at is another instance's with the same news: instances neither wait for one another nor stand in each other's way. Orders that are written hold the row, too, for their key alone. */
const update = prepared(
  'write seen',
  `with given as (
     select * from jsonb_to_recordset($1::jsonb) as g(relay text, at bigint, heartbeat jsonb)
   ), stale as (
     select relays.name from relays join given on given.relay = relays.name
     where relays.last_seen_at is null or relays.last_seen_at < to_timestamp((given.at - $2::float8) / 1000.0)
     for no key update of relays skip locked
   )
   update relays set last_seen_at = to_timestamp(given.at / 1000.0), heartbeat = given.heartbeat
   from given join stale on stale.name = given.relay where relays.name = given.relay`,
);
