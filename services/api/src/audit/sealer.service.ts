import { sealBlock, type Block, type Checkpoint, type Entry, type SigningKey } from '@chasqui/audit';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { auditKeys } from './audit-keys.js';
import { entryColumns } from './entry-columns.js';

/** How often it looks for something to seal, in milliseconds. */
const everyMs = 1_000;
/** So many entries go into one block. */
const most = 2_000;
/** The head of the chain is written to the log this often, and first when this instance first seals, in milliseconds. */
const witnessEveryMs = 60 * 60_000;
/** Any number: whoever holds it seals. */
const sealLock = 7_400_012;

/**
 * Seals what was written: takes the entries that are in no block, and makes the next block of them. It stands beside the way of a command and
 * not in it, so that commands need not wait for one another to be chained; an entry is sealed about a second after it was written. Any number of
 * instances may seal; one at a time does.
 */
@Injectable()
export class Sealer implements OnApplicationShutdown {
  /** The keys that blocks are signed with and were, the current one first. */
  readonly signingKeys: readonly SigningKey[];
  private readonly timer: NodeJS.Timeout;
  private busy: Promise<void> | undefined;
  private seen: Checkpoint | undefined;
  private witnessedAt = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: Events,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.signingKeys = auditKeys(config);
    this.timer = setInterval(() => void this.tick(), everyMs).unref();
  }

  /** The key that blocks are signed with. */
  get signingKey(): SigningKey {
    return this.signingKeys[0]!;
  }

  /** Seals all that is there now. Answers with the head of the chain, where another instance is not at it just now. */
  async seal(): Promise<Checkpoint | undefined> {
    for (;;) {
      const sealed = await this.dataSource.transaction((manager) => this.sealSome(manager));
      if (sealed === 'busy' || sealed === 'nothing') return this.seen;
      this.witness(sealed);
      if (sealed.entries.length < most) return this.seen;
    }
  }

  /** The last block, by its number and hash. */
  async head(): Promise<Checkpoint | undefined> {
    const last = await lastBlock(this.dataSource);
    return last && { n: last.n, hash: last.hash };
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.busy;
  }

  private tick(): Promise<void> {
    return (this.busy ??= this.look().finally(() => (this.busy = undefined)));
  }

  private async look(): Promise<void> {
    try {
      const [found] = await this.dataSource.query<{ some: boolean }[]>(
        'select exists (select from audit_unsealed) as some',
      );
      if (found!.some) await this.seal();
    } catch (cause) {
      // Others say that the database is away; what waits is sealed when it is back.
      if (!databaseAway(cause))
        this.events.unexpected('the audit log could not be sealed; it is tried again', cause);
    }
  }

  private async sealSome(manager: EntityManager): Promise<Block | 'busy' | 'nothing'> {
    const [lock] = await manager.query<{ mine: boolean }[]>('select pg_try_advisory_xact_lock($1) as mine', [
      sealLock,
    ]);
    if (!lock!.mine) return 'busy';
    const last = await lastBlock(manager);
    this.mustKnow(last);
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `delete from audit_unsealed where ctid = any (array(select ctid from audit_unsealed limit ${most})) returning id`,
    );
    if (rows.length === 0) return 'nothing';
    const ids = rows.map(({ id }) => id).toSorted();
    const entries = await manager.query<Entry[]>(
      `select ${entryColumns} from audit_entries e where e.id = any($1)`,
      [ids],
    );
    const found = new Map(entries.map((entry) => [entry.id, entry]));
    const at = new Date().toISOString();
    const block = sealBlock({
      last,
      at,
      ids,
      entries: found,
      key: this.signingKey,
      previousKeys: this.signingKeys.slice(1),
    });
    await manager.query(
      'insert into audit_blocks (n, at, hash, entries, block) values ($1, $2, $3, $4, $5::json)',
      [block.n, block.at, block.hash, block.entries.length, JSON.stringify(block)],
    );
    if (found.size < ids.length) this.events.audit.entryMissing(ids.filter((id) => !found.has(id)));
    return block;
  }

  /** The head only ever moves on; where it went back somebody has cut the chain off. */
  private mustKnow(last: Checkpoint | undefined): void {
    const { seen } = this;
    if (seen && (!last || last.n < seen.n || (last.n === seen.n && last.hash !== seen.hash)))
      this.events.audit.truncated(seen, last);
    this.seen = last && { n: last.n, hash: last.hash };
  }

  private witness({ n, hash, at }: Block): void {
    this.seen = { n, hash };
    const now = Date.now();
    if (now - this.witnessedAt < witnessEveryMs) return;
    this.witnessedAt = now;
    this.events.audit.checkpoint({ n, hash, at });
  }
}

/** The head of the chain: the last block, or the anchor where all blocks were removed since. */
async function lastBlock(manager: Pick<DataSource | EntityManager, 'query'>) {
  const [last] = await manager.query<{ n: string; hash: string; key: string }[]>(
    `select n, hash, block ->> 'key' as key from audit_blocks order by n desc limit 1`,
  );
  if (last) return { ...last, n: Number(last.n) };
  const [anchor] = await manager.query<{ n: string; hash: string; key: string }[]>(
    `select n, anchor ->> 'hash' as hash, anchor ->> 'key' as key from audit_anchors order by n desc limit 1`,
  );
  return anchor && { ...anchor, n: Number(anchor.n) };
}
