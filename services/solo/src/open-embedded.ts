import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '@chasqui/api/database';
import type { DataSource } from 'typeorm';

/** Where `make-empty-database` puts what a new database starts from. */
export const emptyDatabase = new URL('./empty-database.tar.gz', import.meta.url).pathname;

/**
 * The embedded PostgreSQL (PGlite) with every migration applied; kept in `directory`, or in memory without one. It is one connection in
 * this process, so nobody else can be in it.
 */
export async function openEmbedded(directory?: string): Promise<DataSource> {
  const [{ PGlite }, { poolOver }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('./embedded-database.js'),
  ]);
  const isNew = directory === undefined || !existsSync(join(directory, 'PG_VERSION'));
  const loadDataDir =
    isNew && existsSync(emptyDatabase) ? new Blob([await readFile(emptyDatabase)]) : undefined;
  const database = await PGlite.create({ dataDir: directory, loadDataDir });
  return openDatabase({ driver: poolOver(database) }, () => undefined);
}
