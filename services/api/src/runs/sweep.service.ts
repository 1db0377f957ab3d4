import type { Transport } from '@chasqui/transport';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { CONFIG, TRANSPORT } from '../parts.js';
import { cancelledUnstarted, expired, lost, relayRevoked, type End } from './end-of.js';
import { Endings } from './endings.service.js';
import { readOverdue, type OpenExecution } from './open-execution.js';

/** A report may still be on its way when an order's time is over, in milliseconds. */
const graceMs = 5_000;
/** A relay that is heard but never reports an end: this long after the command's own time it is given up, in milliseconds. */
const overdueMs = 60_000;

/**
 * Ends what nobody else will: orders that no relay started in time, and executions whose relay went silent. Any number of instances may
 * sweep; each end happens once, because it names the states it may come from.
 *
 * Silence says something about a relay only while it could be heard and written down: after a start, or after the broker or the database
 * was away, or this process stood still, it waits one offline time before it judges.
 */
@Injectable()
export class Sweep implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private deafUntil: number;
  /** When it last was its turn, whether or not it swept. */
  private turnAt = Date.now();
  private sweeping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly endings: Endings,
    private readonly events: Events,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.deafUntil = Date.now() + config.timing.offlineAfterMs;
    const everyMs = Math.max(200, Math.min(5_000, config.timing.offlineAfterMs / 4));
    this.timer = setInterval(() => void this.tick(), everyMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async tick(): Promise<void> {
    const slept = this.slept(Date.now());
    this.turnAt = Date.now();
    if (slept) this.deafUntil = this.turnAt + this.config.timing.offlineAfterMs;
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      const hears = this.transport.connected() && (await this.databaseAnswers());
      const now = Date.now();
      if (!hears || this.slept(now)) this.deafUntil = now + this.config.timing.offlineAfterMs;
      if (hears) await this.sweepRevoked(now);
      if (now >= this.deafUntil) await this.sweep(now);
    } catch (cause) {
      this.events.unexpected('the sweep failed; it will try again', cause);
    } finally {
      this.sweeping = false;
    }
  }

  /** Whether this process stood still, or its machine slept, or its clock was set: what it has not heard meanwhile, it may yet find. */
  private slept(now: number): boolean {
    return Math.abs(now - this.turnAt) > this.config.timing.offlineAfterMs / 2;
  }

  private databaseAnswers(): Promise<boolean> {
    return this.dataSource.query('select 1').then(
      () => true,
      () => false,
    );
  }

  /** Ends what relays have in hand that were revoked; whoever revokes one does it at once. */
  async sweepRevoked(now: number): Promise<void> {
    const revoked = await readOverdue(
      this.dataSource,
      `exists (select from relays where relays.name = e.relay and relays.revoked_at is not null)`,
      [],
    );
    for (const open of revoked) await this.end(open, relayRevoked(), now);
  }

  /** One round, by the clock given. */
  async sweep(now: number): Promise<void> {
    const late = await readOverdue(
      this.dataSource,
      `e.state = 'accepted' and e.start_by < to_timestamp($1 / 1000.0)`,
      [now - graceMs],
    );
    for (const open of late)
      await this.end(open, open.run.cancelledBy ? cancelledUnstarted() : expired(open.startBy), now);

    const silentSince = now - this.config.timing.offlineAfterMs;
    const silent = await readOverdue(
      this.dataSource,
      `not exists (select from relays where relays.name = e.relay and relays.last_seen_at > to_timestamp($1 / 1000.0))`,
      [silentSince],
    );
    for (const open of silent) await this.end(open, lost(await this.lastSeen(open.relay)), now);

    const overdue = await readOverdue(
      this.dataSource,
      `e.state = 'running' and e.started_at + e.timeout_ms * interval '1 millisecond' < to_timestamp($1 / 1000.0)`,
      [now - overdueMs],
    );
    for (const open of overdue) await this.end(open, lost(undefined), now);
  }

  private async end(open: OpenExecution, end: End, now: number): Promise<void> {
    const ended = await this.endings.end(open, end, now).catch((cause: unknown) => {
      // One run that cannot be ended must not keep the others from it.
      if (databaseAway(cause)) throw cause;
      this.events.unexpected(`run ${open.address.runId} could not be ended; the sweep will try again`, cause);
      return false;
    });
    if (ended && end.event === 'lost') this.events.runLost({ runId: open.address.runId, relay: open.relay });
  }

  private async lastSeen(relay: string): Promise<number | undefined> {
    const [row] = await this.dataSource.query<{ last_seen_at: Date | null }[]>(
      'select last_seen_at from relays where name = $1',
      [relay],
    );
    return row?.last_seen_at?.getTime();
  }
}
