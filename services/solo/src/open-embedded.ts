import { openDatabase } from '@chasqui/api/database';
import type { DataSource } from 'typeorm';
import { poolOver } from './embedded-database.js';

/**
 * The embedded PostgreSQL (PGlite) with every migration applied; kept in `directory`, or in memory without one. It is one connection in
 * this process, so nobody else can be in it.
 */
export async function openEmbedded(directory?: string): Promise<DataSource> {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create({ dataDir: directory, relaxedDurability: false });
  return openDatabase({ driver: poolOver(database) }, () => undefined);
}
