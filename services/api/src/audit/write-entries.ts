import type { DataSource, EntityManager } from 'typeorm';
import { entriesIn, entriesWritten } from './entries-written.js';
import { entriesJson, type NewEntry } from './new-entry.js';

/** Writes entries, in one statement. */
export async function writeEntries(
  db: Pick<DataSource | EntityManager, 'query'>,
  entries: readonly NewEntry[],
): Promise<void> {
  await db.query(text, [entriesJson(entries)]);
}

const text = `with ${entriesWritten(`select a.id, a.at, a.kind, a.about, a.step, a.content from ${entriesIn('$1')}`)} select 1`;
