import {
  isSelectorFault,
  matches,
  parseSelector,
  printSelector,
  type Selector,
} from '@chasqui/relay-selection';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RelayBoard } from '../relays/board.service.js';
import { problems } from './site-rule-problems.js';

/** Relays that only those may use who have `relay:use` for them. */
export interface ProtectedRelays {
  /** In canonical text. */
  readonly selector: string;
  /** The names of those that it matches now. */
  readonly relays: readonly string[];
  readonly protectedAt: Date;
  readonly protectedBy: string;
}

type Row = Omit<ProtectedRelays, 'relays'>;

const columns = 'selector, protected_at as "protectedAt", protected_by as "protectedBy"';

/** Protects tags: a trigger moves the revision that every instance looks at with every line. */
@Injectable()
export class Protections {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
  ) {}

  async list(): Promise<ProtectedRelays[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${columns} from protected_relays order by selector`,
    );
    await this.board.load();
    return rows.map((row) => this.withRelays(row));
  }

  /** @throws Problem 409, 422 */
  async protect(text: string, by: string): Promise<ProtectedRelays> {
    const selector = printSelector(readSelector(text));
    const [row] = await this.dataSource.query<Row[]>(
      `insert into protected_relays (selector, protected_by) values ($1, $2) on conflict do nothing returning ${columns}`,
      [selector, by],
    );
    if (!row) throw problems.alreadyProtected(selector);
    await this.board.load();
    return this.withRelays(row);
  }

  /** @throws Problem 404, 422 */
  async unprotect(text: string): Promise<void> {
    const selector = printSelector(readSelector(text));
    const [, removed] = await this.dataSource.query<[unknown[], number]>(
      'delete from protected_relays where selector = $1',
      [selector],
    );
    if (removed === 0) throw problems.notProtected(selector);
  }

  private withRelays(row: Row): ProtectedRelays {
    const selector = readSelector(row.selector);
    const given = this.board.all().map(({ name, givenTags }) => ({ name, tags: givenTags }));
    const relays = given.filter((relay) => matches(selector, relay));
    return { ...row, relays: relays.map(({ name }) => name) };
  }
}

function readSelector(text: string): Selector {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw problems.badSelector(text, selector);
  if (selector.requirements.length === 0) throw problems.wholeSite();
  return selector;
}
