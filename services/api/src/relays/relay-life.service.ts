import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import type { Principal } from '../http/principal.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { mustBeAllowedToTag } from './may-tag.js';
import { RelayChanges } from './relay-changes.service.js';
import { RelayBoard } from './board.service.js';

/** What may be done to a relay's tags: `remove` first. */
export interface TagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * What an operator wants of a relay: to take nothing new for a while, or for good, or to be another one by its tags. Nothing of this goes to the
 * relay itself: it is the API that gives it orders, or does not.
 */
@Injectable()
export class RelayLife {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly changes: RelayChanges,
    private readonly board: RelayBoard,
    private readonly policies: SitePolicies,
    private readonly events: Events,
  ) {}

  /** It finishes what it was given and gets nothing new; asked again, it is the note that changes. @throws Problem 404, 409 */
  async drain(name: string, note: string | undefined): Promise<void> {
    await this.changes.changeStanding(name, (manager) =>
      manager.query(
        'update relays set drain_at = coalesce(drain_at, now()), drain_note = coalesce($2, drain_note) where name = $1',
        [name, note ?? null],
      ),
    );
    // By its last word nothing runs there, and what it was given since is over where all of it is.
    if (this.board.get(name)?.heartbeat?.inFlight === 0) await this.idle(name);
  }

  /** It gets nothing new until it is resumed. @throws Problem 404, 409 */
  async pause(name: string, note: string | undefined): Promise<void> {
    await this.changes.changeStanding(name, (manager) =>
      manager.query(
        'update relays set paused_at = coalesce(paused_at, now()), pause_note = coalesce($2, pause_note) where name = $1',
        [name, note ?? null],
      ),
    );
  }

  /** Takes a drain and a pause back. @throws Problem 404, 409 */
  async resume(name: string): Promise<void> {
    await this.changes.changeStanding(name, (manager) =>
      manager.query(
        `update relays set drain_at = null, drain_note = null, drained_at = null, paused_at = null, pause_note = null
         where name = $1`,
        [name],
      ),
    );
  }

  /** A disabled relay is given nothing new; what it has in hand goes on, and is believed. @throws Problem 404, 409 */
  async enable(name: string, enabled: boolean): Promise<void> {
    await this.changes.changeStanding(name, (manager) =>
      manager.query(
        `update relays set disabled = $2, disabled_at = case when not $2 then null else coalesce(disabled_at, now()) end where name = $1`,
        [name, !enabled],
      ),
    );
  }

  /** Gives a relay tags and takes others away. @throws Problem 403, 404, 409 */
  async retag(name: string, { add, remove }: TagChange, asker: Principal): Promise<void> {
    await this.changes.changeStanding(name, async (manager, tags) => {
      const kept = tags.filter((tag) => !remove.includes(tag));
      const after = [...new Set([...kept, ...add])].toSorted();
      const changed = [...tags, ...after].filter((tag) => tags.includes(tag) !== after.includes(tag));
      mustBeAllowedToTag(asker, name, changed, await this.policies.read(manager));
      await manager.query('update relays set tags = $2 where name = $1', [name, after]);
    });
  }

  /**
   * A relay's last heartbeat says that nothing runs there. If it is being drained and nothing that was ordered there is open any more, that is written down,
   * by one instance, and said: from then on it may be stopped.
   */
  async idle(name: string): Promise<void> {
    const relay = this.board.get(name);
    if (!relay?.drain || relay.drain.emptyAt !== undefined) return;
    try {
      // Each heartbeat of a relay that drains asks, and the locks below are everybody's: they are taken only where it looks as if it were over.
      const [open] = await this.dataSource.query<object[]>(openThere, [name]);
      if (open) return;
      const found = await this.dataSource.transaction(async (manager) => {
        // What is being ordered there is written by then, so that it is seen.
        await manager.query(`select from revisions where of = 'relays' for update`);
        await manager.query('select from relays where name = $1 for update', [name]);
        const [row] = await manager.query<{ found: number }[]>(
          `with emptied as (
           update relays set drained_at = now() where name = $1 and drain_at is not null and drained_at is null
             and not exists (${openThere})
           returning name),
         moved as (
           update revisions set revision = revision + 1 where of = 'relays' and exists (select from emptied) returning revision)
         select count(*)::int as found from moved`,
          [name],
        );
        return row?.found === 1;
      });
      if (!found) return;
    } catch (cause) {
      // The next heartbeat asks again.
      if (databaseAway(cause)) return;
      throw cause;
    }
    this.events.relayEmpty(name);
    await this.board.load();
  }
}

/** SQL for what was ordered from a relay and is not over: one by one, because each of the two has an index of its own. */
const openThere = `(select 1 from executions where relay = $1 and state in ('accepted', 'running') limit 1)
  union all (select 1 from executions where relay = $1 and state = 'waiting' limit 1)`;
