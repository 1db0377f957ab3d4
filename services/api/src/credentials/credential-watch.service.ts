import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdapterBoard } from '../adapters/adapter-board.service.js';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { RelayBoard } from '../relays/board.service.js';

/** A token that is revoked is worth nothing to any instance after this, in milliseconds, however quiet that instance is. */
const everyMs = 1_000;

/**
 * Looks whether relays or adapters have changed, so that an instance which hears only reports learns of a revocation as soon as one that
 * decides commands, and no report waits for the database because of that.
 */
@Injectable()
export class CredentialWatch implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private looking = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly relays: RelayBoard,
    private readonly adapters: AdapterBoard,
    private readonly events: Events,
  ) {
    this.timer = setInterval(() => void this.look(), everyMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const rows = await this.dataSource.query<{ of: string; revision: string }[]>(
        `select of, revision from revisions where of in ('relays', 'adapters')`,
      );
      const revisionOf = (of: string) => String(rows.find((row) => row.of === of)?.revision);
      await Promise.all([
        this.relays.bringTo(revisionOf('relays')),
        this.adapters.bringTo(revisionOf('adapters')),
      ]);
    } catch (cause) {
      // While the database is away nothing can be revoked, and nothing recorded.
      if (!databaseAway(cause)) this.events.unexpected('relays and adapters could not be read again', cause);
    } finally {
      this.looking = false;
    }
  }
}
