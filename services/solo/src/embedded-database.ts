import { EventEmitter } from 'node:events';
import type { PGlite, Results } from '@electric-sql/pglite';
import { PreparedStatements } from './prepared-statements.js';

/** A transaction that is open for longer than this while others wait is stuck: it waits for a query that it makes outside itself. */
const stuckAfterMs = 30_000;

/**
 * What TypeORM's PostgreSQL driver needs of `pg`, over one PGlite: a pool whose connections take turns. PGlite is one connection, so a
 * transaction keeps it from BEGIN to COMMIT or ROLLBACK, and everything else waits in line.
 */
export function poolOver(database: PGlite): { Pool: new () => EmbeddedPool } {
  const parts = { database, turns: new Turns(), statements: new PreparedStatements(database, conversions) };
  return {
    Pool: class extends EmbeddedPool {
      constructor() {
        super(parts);
      }
    },
  };
}

/** What all connections share. */
interface Parts {
  readonly database: PGlite;
  readonly turns: Turns;
  readonly statements: PreparedStatements;
}

class EmbeddedPool extends EventEmitter {
  constructor(private readonly parts: Parts) {
    super();
  }

  connect(done: (error: undefined, connection: EmbeddedConnection, release: () => void) => void): void {
    const connection = new EmbeddedConnection(this.parts);
    done(undefined, connection, () => connection.giveBack());
  }

  end(done: (error?: Error) => void): void {
    this.parts.database.close().then(() => done(), done);
  }
}

class EmbeddedConnection extends EventEmitter {
  private endTurn?: () => void;

  constructor(private readonly parts: Parts) {
    super();
  }

  async query(query: string | Statement, parameters: unknown[] = []): Promise<PgResult> {
    const statement = typeof query === 'string' ? { text: query } : query;
    const word = firstWord(statement.text);
    if (this.endTurn) return this.inTransaction(statement, parameters, word);
    const endTurn = await this.parts.turns.take();
    if (word === 'START' || word === 'BEGIN') {
      this.endTurn = endTurn;
      return this.run(statement, parameters, word);
    }
    try {
      return await this.run(statement, parameters, word);
    } finally {
      endTurn();
    }
  }

  /** A connection that is released in the midst of a transaction gives up what it had not committed. */
  giveBack(): void {
    if (!this.endTurn) return;
    const endTurn = this.endTurn;
    this.endTurn = undefined;
    void this.parts.database.exec('ROLLBACK').finally(endTurn);
  }

  private async inTransaction(statement: Statement, parameters: unknown[], word: string): Promise<PgResult> {
    const over = word === 'COMMIT' || (word === 'ROLLBACK' && !/^\s*rollback\s+to\b/i.test(statement.text));
    try {
      return await this.run(statement, parameters, word);
    } finally {
      if (over) {
        this.endTurn?.();
        this.endTurn = undefined;
      }
    }
  }

  private async run({ name, text }: Statement, parameters: unknown[], word: string): Promise<PgResult> {
    const { database, statements } = this.parts;
    if (name !== undefined) return pgResult(await statements.run(name, text, parameters), word);
    const result =
      parameters.length === 0
        ? (await database.exec(text, conversions)).at(-1)
        : await database.query<Record<string, unknown>>(text, parameters.map(asParameter), conversions);
    return pgResult(result, word);
  }
}

/** As node-postgres takes one; with a name it is prepared. */
interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** As node-postgres answers. */
interface PgResult {
  readonly command: string;
  readonly rows: unknown[];
  readonly rowCount: number;
}

function pgResult(result: Results | undefined, command: string): PgResult {
  const rows = result?.rows ?? [];
  return { command, rows, rowCount: result?.affectedRows || rows.length };
}

function firstWord(sql: string): string {
  return /^\s*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? '';
}

const conversions = {
  /** node-postgres leaves 64-bit integers as text, because a JavaScript number cannot hold them all. */
  parsers: { 20: (text: string) => text },
  /** PostgreSQL's numbers of its `json` and `jsonb`. A value for them that is text already is JSON already, as node-postgres has it. */
  serializers: { 114: asJson, 3802: asJson },
};

function asJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asParameter(value: unknown): unknown {
  return value === undefined ? null : value;
}

/** A queue for one thing: each takes its turn and ends it. */
class Turns {
  private last: Promise<void> = Promise.resolve();

  async take(): Promise<() => void> {
    const before = this.last;
    let end!: () => void;
    this.last = new Promise((resolve) => (end = resolve));
    await withinReason(before);
    return end;
  }
}

async function withinReason(turn: Promise<void>): Promise<void> {
  let timer!: NodeJS.Timeout;
  const stuck = new Promise<never>((_, reject) => {
    const error = new Error(
      'a query waits for a transaction that does not end: it is made outside the transaction it belongs to',
    );
    timer = setTimeout(() => reject(error), stuckAfterMs);
  });
  await Promise.race([turn, stuck]).finally(() => clearTimeout(timer));
}
