import { createLogger } from '@chasqui/telemetry';
import { freshDatabase } from '@chasqui/testbed';
import pg from 'pg';
import { configWith } from '../api-world.fixture.js';
import { openDatabase } from '../database.js';
import { Events } from '../events.js';
import { newId } from '../ids.js';
import { exportChain } from './export-chain.js';
import { newEntry } from './new-entry.js';
import { Sealer } from './sealer.service.js';
import { writeEntries } from './write-entries.js';

/** The audit log alone, on a real PostgreSQL, and somebody who is its superuser. */
export async function auditWorld(serverUrl: string) {
  const fresh = await freshDatabase(serverUrl);
  const dataSource = await openDatabase({ url: fresh.url, connections: 6 }, () => undefined);
  const events = new Events(createLogger({ service: 'api', level: 'silent' }));
  const superuser = new pg.Client({ connectionString: fresh.url });
  await superuser.connect();
  // As only a superuser can: no trigger fires for what this connection does.
  await superuser.query(`set session_replication_role = 'replica'`);
  const sealers: Sealer[] = [];
  const sealer = (secret = 7, previous: number[] = []) => {
    const keys = [secret, ...previous].map((one) => Buffer.alloc(32, one));
    const config = { ...configWith(), secretKey: keys[0]!, previousSecretKeys: keys.slice(1) };
    const made = new Sealer(dataSource, events, config);
    sealers.push(made);
    return made;
  };
  return {
    url: fresh.url,
    dataSource,
    superuser,
    events,
    sealer,
    /** Writes so many entries, each about something of its own. Answers with their ids, in order. */
    async write(count: number, more: object = {}): Promise<string[]> {
      // Within a millisecond ids come in any order.
      const ids = Array.from({ length: count }, newId).toSorted();
      const entries = ids.map((id, n) => ({
        ...newEntry('action', newId(), 0, { action: 'tests.do', method: 'api', n, ...more }, Date.now()),
        id,
      }));
      await writeEntries(dataSource, entries);
      return ids;
    },
    async export(by: Sealer): Promise<string[]> {
      const lines: string[] = [];
      for await (const line of exportChain(dataSource, by.signingKeys, {}, Date.now()))
        lines.push(line.trimEnd());
      return lines;
    },
    async [Symbol.asyncDispose]() {
      for (const one of sealers) await one.onApplicationShutdown();
      await superuser.end();
      await dataSource.destroy();
      await fresh.drop();
    },
  };
}
export type AuditWorld = Awaited<ReturnType<typeof auditWorld>>;
