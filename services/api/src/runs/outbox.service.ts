import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { withTrace, type Outgoing, type Transport } from '@chasqui/transport';
import type { Logger } from '@chasqui/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { newId } from '../ids.js';
import { jsonb } from '../json.js';
import { LOGGER, TRANSPORT } from '../parts.js';

/** A message that stands in the outbox. */
export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: string;
}

/** A message as the row that goes into the transaction which makes it true. Its trace goes along, for the sweep that may have to publish it. */
export function outboxRow(message: Outgoing): OutboxRow {
  return { id: newId(), ...withTrace(message) };
}

/** How old a row must be before the sweep takes it for one whose sender died, in milliseconds. */
const orphanedAfterMs = 3_000;
/** Deletions are gathered for this long, in milliseconds: nobody waits for them, and each is a transaction that goes to the disk. */
const gatherMs = 250;

/** Writes rows within the transaction that makes them true. */
export async function promise(manager: EntityManager, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await manager.query(
    `insert into outbox (id, topic, key, headers, value)
     select * from jsonb_to_recordset($1::jsonb) as m(id uuid, topic text, key text, headers jsonb, value text)`,
    [jsonb(rows)],
  );
}

/**
 * The outbox: what a transaction promised to publish. The row is written with the decision, published right after the commit, and
 * deleted once the broker has it. Between commit and deletion a crash leaves the row, and any instance's sweep publishes it again:
 * at least once, which every consumer allows for.
 */
@Injectable()
export class Outbox implements OnApplicationShutdown {
  private published: string[] = [];
  private deleting?: NodeJS.Timeout;
  private readonly sweeping: NodeJS.Timeout;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sweeping = setInterval(() => this.follow(this.sweep()), orphanedAfterMs);
    this.sweeping.unref();
  }

  /** Publishes rows that were just committed. Returns at once: what fails stays in the outbox for the sweep. */
  send(rows: readonly OutboxRow[]): void {
    if (rows.length > 0) this.follow(this.publish(rows));
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeping);
    // With a broker that is away, what is under way stays in the outbox.
    if (this.transport.connected()) await Promise.allSettled(this.underWay);
    clearTimeout(this.deleting);
    await this.deletePublished().catch(() => undefined);
  }

  /** Publishes what nobody came back for. Rows that another instance is at are passed over. */
  async sweep(): Promise<void> {
    if (!this.transport.connected()) return;
    await this.dataSource.transaction(async (manager) => {
      const rows: OutboxRow[] = await manager.query(
        `select id, topic, key, headers, value from outbox
         where created_at < now() - $1 * interval '1 millisecond' order by id limit 500 for update skip locked`,
        [orphanedAfterMs],
      );
      if (rows.length === 0) return;
      await this.transport.publish(...rows);
      await manager.query('delete from outbox where id = any($1)', [rows.map((row) => row.id)]);
    });
  }

  private async publish(rows: readonly OutboxRow[]): Promise<void> {
    await this.transport.publish(...rows);
    this.published.push(...rows.map((row) => row.id));
    this.deleting ??= setTimeout(() => {
      this.deleting = undefined;
      this.follow(this.deletePublished());
    }, gatherMs);
  }

  private async deletePublished(): Promise<void> {
    const ids = this.published;
    if (ids.length === 0) return;
    this.published = [];
    await this.dataSource.query('delete from outbox where id = any($1)', [ids]);
  }

  private follow(work: Promise<void>): void {
    const watched = work
      .catch((cause: unknown) =>
        this.logger.warn({ err: cause }, 'the outbox could not be emptied now; its sweep will try again'),
      )
      .finally(() => this.underWay.delete(watched));
    this.underWay.add(watched);
  }
}
