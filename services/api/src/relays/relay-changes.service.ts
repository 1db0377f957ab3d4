import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Problem } from '../http/problem.js';
import { RelayBoard } from './board.service.js';

/** Changes the rows of relays, so that every instance reads them again before it takes the next line. */
@Injectable()
export class RelayChanges {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
  ) {}

  async change<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'relays'`);
      return work(manager);
    });
    await this.board.load();
    return done;
  }

  /** Those of these names that are taken. */
  async namesAmong(names: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      'select name from relays where name = any($1)',
      [names],
    );
    return new Set(rows.map(({ name }) => name));
  }

  /** The same for one relay that is there and was not revoked; gives its tags. @throws Problem 404, 409 */
  changeStanding<T>(
    name: string,
    work: (manager: EntityManager, tags: readonly string[]) => Promise<T>,
  ): Promise<T> {
    return this.change(async (manager) => {
      const [row] = await manager.query<{ revoked_at: Date | null; tags: string[] }[]>(
        'select revoked_at, tags from relays where name = $1 for update',
        [name],
      );
      if (!row) throw noSuchRelay(name);
      if (row.revoked_at) throw isRevoked(name);
      return work(manager, row.tags);
    });
  }
}

export function noSuchRelay(name: string): Problem {
  return new Problem(
    404,
    'no-such-relay',
    `There is no relay ${name}; "chasqui relay list" shows those there are.`,
    { name },
  );
}

function isRevoked(name: string): Problem {
  return new Problem(
    409,
    'relay-revoked',
    `The relay ${name} is revoked; "chasqui relay delete ${name}" and "chasqui relay create ${name}" make it anew.`,
    { name },
  );
}
