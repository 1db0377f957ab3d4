import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { withTrace, type Outgoing, type Transport } from '@chasqui/transport';
import type { Logger } from '@chasqui/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { SealedReplies } from '../adapters/sealed-replies.service.js';
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
  /**
   * False for an order that is not to be given to the broker yet, because the broker is away: until then it can be taken back for certain.
   * Whoever publishes it says so in the row first.
   */
  readonly attempted?: false;
}

/** A message as the row that goes into the transaction which makes it true. Its trace goes along, for the sweep that may have to publish it. */
export function outboxRow(message: Outgoing): OutboxRow {
  return { id: newId(), ...withTrace(message) };
}

/** How old a row must be before the sweep takes it for one whose sender died, in milliseconds. */
const orphanedAfterMs = 3_000;
/** Deletions are gathered for this long, in milliseconds: nobody waits for them, and each is a transaction that goes to the disk. */
const gatherMs = 250;
/** How often it is looked whether the broker is back, for an order that waits for it, in milliseconds. */
const lookEveryMs = 50;

/** Writes rows within the transaction that makes them true. */
export async function promise(manager: EntityManager, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await manager.query(
    `insert into outbox (id, topic, key, headers, value, attempted)
     select id, topic, key, headers, value, coalesce(attempted, true)
     from jsonb_to_recordset($1::jsonb) as m(id uuid, topic text, key text, headers jsonb, value text, attempted boolean)`,
    [jsonb(rows)],
  );
}

/**
 * The outbox: what a transaction promised to publish. The row is written with the decision, published right after the commit, and
 * deleted once the broker has it. Replies are sealed on the way out. Between commit and deletion a crash leaves the row, and any instance's sweep publishes it again:
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
    private readonly replies: SealedReplies,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sweeping = setInterval(() => this.follow(this.sweep()), orphanedAfterMs);
    this.sweeping.unref();
  }

  /** Publishes rows that were just committed. Returns at once: what fails stays in the outbox for the sweep. */
  send(rows: readonly OutboxRow[]): void {
    const [held, ready] = [rows.filter(isHeld), rows.filter((row) => !isHeld(row))];
    if (ready.length > 0) this.follow(this.publish(ready));
    if (held.length > 0) this.follow(this.publishHeld(held));
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
    await this.dataSource.query(
      `update outbox set attempted = true
       where not attempted and created_at < now() - $1 * interval '1 millisecond'`,
      [orphanedAfterMs],
    );
    await this.dataSource.transaction(async (manager) => {
      const rows: OutboxRow[] = await manager.query(
        `select id, topic, key, headers, value from outbox
         where attempted and created_at < now() - $1 * interval '1 millisecond' order by id limit 500 for update skip locked`,
        [orphanedAfterMs],
      );
      if (rows.length === 0) return;
      await this.replies.publish(...rows);
      await manager.query('delete from outbox where id = any($1)', [rows.map((row) => row.id)]);
    });
  }

  /** Publishes what was held back as soon as the broker is there; what was taken back meanwhile is not. Later it is the sweep's. */
  private async publishHeld(rows: readonly OutboxRow[]): Promise<void> {
    for (let waited = 0; !this.transport.connected(); waited += lookEveryMs) {
      if (waited >= orphanedAfterMs) return;
      await delay(lookEveryMs, undefined, { ref: false });
    }
    const [claimed] = await this.dataSource.query<[{ id: string }[], number]>(
      'update outbox set attempted = true where id = any($1) and not attempted returning id',
      [rows.map(({ id }) => id)],
    );
    const ids = new Set(claimed.map(({ id }) => id));
    const still = rows.filter(({ id }) => ids.has(id));
    if (still.length > 0) await this.publish(still);
  }

  private async publish(rows: readonly OutboxRow[]): Promise<void> {
    await this.replies.publish(...rows);
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

function isHeld({ attempted }: OutboxRow): boolean {
  return attempted === false;
}
