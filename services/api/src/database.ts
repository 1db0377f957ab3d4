import { SettingsError } from '@chasqui/settings';
import { DataSource } from 'typeorm';
import { People1732233600001 } from './migrations/0001-people.js';
import { Bundles1732233600002 } from './migrations/0002-bundles.js';
import { Relays1732233600003 } from './migrations/0003-relays.js';
import { Runs1732233600004 } from './migrations/0004-runs.js';
import { Configuration1732233600005 } from './migrations/0005-configuration.js';
import { Store1732233600006 } from './migrations/0006-store.js';
import { Pipelines1732233600007 } from './migrations/0007-pipelines.js';
import { Aliases1732233600008 } from './migrations/0008-aliases.js';
import { peopleEntities } from './people/entities.js';

/** Where the database is: a PostgreSQL by its URL, or an embedded one that speaks through a pool of the same face. */
export type DatabasePlace =
  { readonly url: string; readonly connections: number } | { readonly driver: unknown };

const migrations = [
  People1732233600001,
  Bundles1732233600002,
  Relays1732233600003,
  Runs1732233600004,
  Configuration1732233600005,
  Store1732233600006,
  Pipelines1732233600007,
  Aliases1732233600008,
];

/** Any number; every instance that starts takes this lock while it migrates, so that they do so one after another. */
const migrationLock = 7_400_001;

/** A connected data source with every migration applied. Waits for a database that is not up yet, saying so once through `say`. @throws SettingsError if it does not let us in */
export async function openDatabase(
  place: DatabasePlace,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    ...('url' in place
      ? { url: place.url, extra: { max: place.connections, connectionTimeoutMillis: 10_000 } }
      : { driver: place.driver }),
    entities: peopleEntities,
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
  });
  await connect(dataSource, say, signal);
  await migrate(dataSource);
  return dataSource;
}

async function connect(
  dataSource: DataSource,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await dataSource.initialize();
      return;
    } catch (cause) {
      if (isRefusal(cause))
        throw new SettingsError([`DATABASE_URL: the database refuses: ${(cause as Error).message}`]);
      if (signal?.aborted || !isPassing(cause)) throw cause;
      if (attempt === 0)
        say(`the database does not answer (${(cause as Error).message}); trying again until it does`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** attempt, 5_000)));
    }
  }
}

/** Connection refused, name not found yet, or PostgreSQL's class 57P (starting up, shutting down): time mends these, unlike a wrong password. */
function isPassing(cause: unknown): boolean {
  const code = (cause as { code?: string }).code ?? '';
  return (
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET'].includes(code) ||
    code.startsWith('57P')
  );
}

/** PostgreSQL's class 28 (a wrong user or password) and 3D000 (there is no such database). */
function isRefusal(cause: unknown): boolean {
  return /^(28...|3D000)$/.test((cause as { code?: string }).code ?? '');
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const embedded = !('url' in dataSource.options && dataSource.options.url);
  try {
    if (!embedded) await runner.query('select pg_advisory_lock($1)', [migrationLock]);
    await dataSource.runMigrations();
  } finally {
    if (!embedded) await runner.query('select pg_advisory_unlock($1)', [migrationLock]);
    await runner.release();
  }
}
