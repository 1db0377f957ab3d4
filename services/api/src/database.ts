import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { SettingsError, withoutSslMode } from '@chasqui/settings';
import { DataSource } from 'typeorm';
import { People1732233600001 } from './migrations/0001-people.js';
import { Bundles1732233600002 } from './migrations/0002-bundles.js';
import { Relays1732233600003 } from './migrations/0003-relays.js';
import { Runs1732233600004 } from './migrations/0004-runs.js';
import { Configuration1732233600005 } from './migrations/0005-configuration.js';
import { Store1732233600006 } from './migrations/0006-store.js';
import { Pipelines1732233600007 } from './migrations/0007-pipelines.js';
import { Aliases1732233600008 } from './migrations/0008-aliases.js';
import { SignIn1732233600009 } from './migrations/0009-sign-in.js';
import { Rights1732233600010 } from './migrations/0010-rights.js';
import { Registration1732233600014 } from './migrations/0014-registration.js';
import { SiteRules1732233600011 } from './migrations/0011-site-rules.js';
import { Audit1732233600012 } from './migrations/0012-audit.js';
import { grantToApplication, mayMigrate, notMigrated, type ApplicationRole } from './database-roles.js';
import { HeardClient } from './heard-client.js';
import { onceItAnswers } from './once-it-answers.js';
import { Credentials1732233600013 } from './migrations/0013-credentials.js';
import { Cancel1732233600015 } from './migrations/0015-cancel.js';
import { RelayLife1732233600018 } from './migrations/0018-relay-life.js';
import { Files1732233600020 } from './migrations/0020-files.js';
import { PlainRuns1732233600021 } from './migrations/0021-plain-runs.js';
import { FilesTold1732233600022 } from './migrations/0022-files-told.js';
import { Waiting1732233600016 } from './migrations/0016-waiting.js';
import { Retries1732233600017 } from './migrations/0017-retries.js';
import { Schedules1732233600019 } from './migrations/0019-schedules.js';
import { peopleEntities } from './people/entities.js';

/** Where the database is: a PostgreSQL by its URL, or an embedded one that speaks through a pool of the same face. */
export type DatabasePlace =
  | {
      readonly url: string;
      readonly connections: number;
      /** As `postgresTls` makes it; without it the connection is plain. */
      readonly tls?: false | ConnectionOptions;
      /** The role that owns the tables, where that is another one: it migrates, and gives the other its rights. */
      readonly ownerUrl?: string;
    }
  | { readonly driver: unknown };

const migrations = [
  People1732233600001,
  Bundles1732233600002,
  Relays1732233600003,
  Runs1732233600004,
  Configuration1732233600005,
  Store1732233600006,
  Pipelines1732233600007,
  Aliases1732233600008,
  SignIn1732233600009,
  Rights1732233600010,
  SiteRules1732233600011,
  Audit1732233600012,
  Credentials1732233600013,
  Registration1732233600014,
  Cancel1732233600015,
  Waiting1732233600016,
  Retries1732233600017,
  RelayLife1732233600018,
  Schedules1732233600019,
  Files1732233600020,
  PlainRuns1732233600021,
  FilesTold1732233600022,
];

/** Any number; every instance that starts takes this lock while it migrates, so that they do so one after another. */
const migrationLock = 7_400_001;

/** A connected data source with every migration applied. Waits for a database that is not up yet, saying so once through `say`. @throws SettingsError if it does not let us in */
export async function openDatabase(
  place: DatabasePlace,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<DataSource> {
  if ('url' in place && place.ownerUrl !== undefined) await migrateAsOwner(place, say, signal);
  const dataSource = dataSourceOf(place);
  await connect(dataSource, say, signal);
  // It may go away again in the midst of that.
  const prepare = async () => {
    if (!('url' in place) || (await mayMigrate(dataSource))) await migrate(dataSource);
    else await untilMigrated(dataSource, say, signal);
  };
  await onceItAnswers(prepare, say, signal);
  return dataSource;
}

/** Applies every migration as the role that owns the tables, and gives the application's role its rights. */
export async function migrateAsOwner(
  place: Extract<DatabasePlace, { url: string }>,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const owner = await openAsOwner(place, say, signal);
  try {
    await migrate(owner, () => grantToApplication(owner, roleIn(place.url)));
  } finally {
    await owner.destroy();
  }
}

/** A connection of the role that owns the tables. */
export async function openAsOwner(
  place: Extract<DatabasePlace, { url: string }>,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<DataSource> {
  const owner = dataSourceOf({ ...place, url: place.ownerUrl ?? place.url, connections: 2 });
  await connect(owner, say, signal);
  if (await mayMigrate(owner)) return owner;
  await owner.destroy();
  throw new SettingsError([notOwner]);
}

const notOwner =
  'DATABASE_MIGRATION_USER: this needs the role that owns the tables; name it with DATABASE_MIGRATION_USER and DATABASE_MIGRATION_PASSWORD, or DATABASE_MIGRATION_URL';

function dataSourceOf(place: DatabasePlace): DataSource {
  return new DataSource({
    type: 'postgres',
    ...('url' in place ? connectionTo(place) : { driver: place.driver }),
    entities: peopleEntities,
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
  });
}

function roleIn(url: string): ApplicationRole {
  const { username, password } = new URL(url);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** This role may make no tables: whoever may, does so before or beside us. */
async function untilMigrated(
  dataSource: DataSource,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const names = migrations.map(({ name }) => name);
  for (let attempt = 0; ; attempt++) {
    const missing = await notMigrated(dataSource, names);
    if (missing.length === 0) return;
    if (signal?.aborted) throw new Error('told to stop before the database was migrated');
    if (attempt === 0)
      say(
        `the database lacks ${missing.length} migrations, and this role may not make them; waiting for "main.js migrate", or set DATABASE_MIGRATION_URL`,
      );
    await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** attempt, 5_000)));
  }
}

/** What TypeORM needs to reach a PostgreSQL. */
function connectionTo({ url, connections, tls }: Extract<DatabasePlace, { url: string }>) {
  return {
    url: withoutSslMode(url),
    ssl: tls as false | TlsOptions | undefined,
    extra: { max: connections, connectionTimeoutMillis: 10_000, Client: HeardClient },
  };
}

/** Waits until it lets us in. */
function connect(
  dataSource: DataSource,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<unknown> {
  const initialize = () =>
    dataSource.initialize().catch((cause: unknown) => {
      const amiss = notTrusted(cause);
      if (amiss) throw new SettingsError([amiss]);
      if (isRefusal(cause))
        throw new SettingsError([`DATABASE_URL: the database refuses: ${(cause as Error).message}`]);
      throw cause;
    });
  return onceItAnswers(initialize, say, signal);
}

/** PostgreSQL's class 28 (a wrong user or password) and 3D000 (there is no such database). */
function isRefusal(cause: unknown): boolean {
  return /^(28...|3D000)$/.test((cause as { code?: string }).code ?? '');
}

/** What is wrong with TLS; a sentence that names the setting to mend. Undefined where it is something else. */
function notTrusted(cause: unknown): string | undefined {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `DATABASE_URL: the certificate of the database is for another host: ${message}; use a name that it has, or set DATABASE_TLS_VERIFY=verify-ca`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `DATABASE_URL: the certificate of the database is not valid now (${code}); it needs a new one`;
  if (/SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|ISSUER/.test(code))
    return `DATABASE_TLS_CA: the certificate of the database is not of an authority that is trusted here (${code}); name its authority with DATABASE_TLS_CA_FILE`;
  if (message.includes('does not support SSL'))
    return 'DATABASE_TLS: is on, and the database does not speak TLS; put ssl on there, or set DATABASE_TLS=false where nobody can listen in between';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_'))
    return `DATABASE_TLS: TLS with the database fails: ${message}`;
  return undefined;
}

async function migrate(dataSource: DataSource, then = async () => {}): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const embedded = !('url' in dataSource.options && dataSource.options.url);
  try {
    if (!embedded) await runner.query('select pg_advisory_lock($1)', [migrationLock]);
    await dataSource.runMigrations();
    await then();
  } finally {
    if (!embedded) await runner.query('select pg_advisory_unlock($1)', [migrationLock]);
    await runner.release();
  }
}
