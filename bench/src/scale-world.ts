import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialOf } from '@chasqui/chat';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { askDatabase, freshDatabase, startKafka, startPostgres } from '@chasqui/testbed';
import { connectKafka } from '@chasqui/transport';
import { startChild, stopChild } from './child.js';
import type { Mark } from './marks.js';
import { memoryOf, type Memory } from './memory-of.js';
import { bootstrapToken, prepareLoad } from './over-kafka.js';
import { cpuOf, logBytes } from './usage-of.js';

const path = (relative: string) => new URL(relative, import.meta.url).pathname;
type Child = Awaited<ReturnType<typeof startChild>>;

/** What a while took, a second: CPU in milliseconds, of the API's instances together, the broker and the simulated relays. */
export interface Usage {
  readonly seconds: number;
  readonly apiCpu: number;
  readonly kafkaCpu: number;
  readonly relaysCpu: number;
  readonly kafkaBytes: number;
  readonly heartbeatBytes: number;
  readonly transactions: number;
  readonly walBytes: number;
}

/** A Kafka, a PostgreSQL that waits for its disk, and the API with as many instances as are started, that knows so many relays. */
export async function scaleWorld(relayCount: number) {
  const [kafka, postgres] = await Promise.all([
    startKafka({ asShipped: true }),
    startPostgres({ durable: true }),
  ]);
  const database = await freshDatabase(postgres.url);
  const folder = await mkdtemp(join(tmpdir(), 'chq-bench-'));
  const tokens = join(folder, 'tokens');
  const names = Array.from({ length: relayCount }, (_, index) => `sim-${String(index).padStart(5, '0')}`);
  await writeFile(tokens, names.map(makeRelayToken).join('\n'), { mode: 0o600 });
  const adapterToken = makeAdapterToken('bench');
  const transport = await connectKafka({ brokers: kafka.brokers.split(','), clientId: 'bench' });
  const apis: Child[] = [];
  let relays: Child | undefined;

  const startApi = async (knowsRelays: boolean): Promise<Child> => {
    const api = await startChild(
      path('../../services/api/dist/main.js'),
      {
        KAFKA_BROKERS: kafka.brokers,
        LOG_LEVEL: 'info',
        DATABASE_URL: database.url,
        CHASQUI_SECRET_KEY: '11'.repeat(32),
        CHASQUI_BOOTSTRAP_TOKEN: bootstrapToken,
        CHASQUI_ENROL_ADAPTERS: adapterToken,
        ...(knowsRelays && { CHASQUI_ENROL_RELAYS_FILE: tokens }),
        CHASQUI_HTTP_PORT: '0',
        CHASQUI_CHAT_LINES: 'off',
      },
      /api ready/,
    );
    apis.push(api);
    return api;
  };
  const stopApi = async (api: Child) => {
    apis.splice(apis.indexOf(api), 1);
    await stopChild(api.child);
  };
  const read = async () => {
    const [row] = await askDatabase<{ transactions: string; wal: string }>(
      database.url,
      `select (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
         (select wal_bytes from pg_stat_wal) as wal`,
    );
    return {
      at: performance.now(),
      apiCpu: apis.reduce((sum, { child }) => sum + cpuOf(child.pid!), 0),
      kafkaCpu: cpuOf(kafka.pid),
      relaysCpu: relays ? cpuOf(relays.child.pid!) : 0,
      kafkaBytes: logBytes(kafka.dataDir),
      heartbeatBytes: logBytes(kafka.dataDir, 'relay.heartbeats'),
      transactions: Number(row!.transactions),
      walBytes: Number(row!.wal),
    };
  };

  return {
    kafka,
    relayCount,
    startApi,
    stopApi,
    apiMemory: (): Memory[] => apis.map(({ child }) => memoryOf(child.pid!)),
    /** Has them call in; resolves once the API has heard most of them twice over. */
    async startRelays(note: (mark: Mark) => void): Promise<void> {
      relays = await startChild(
        path('./many-relays.js'),
        { BROKERS: kafka.brokers, TOKENS: tokens },
        /\d+ relays/,
      );
      relays.child.on('message', (marks) => (marks as Mark[]).forEach(note));
      await untilSeen(database.url, relayCount);
    },
    /** How long a command takes from now on, in milliseconds. */
    takes: (takesMs: number) => relays!.child.send({ takesMs }),
    load: async (apiLog: string) => prepareLoad(apiLog, transport, await credentialOf(adapterToken)),
    /** What everything takes while this is done. */
    async while<T>(work: () => Promise<T>): Promise<{ result: T; usage: Usage }> {
      const before = await read();
      const result = await work();
      const after = await read();
      const seconds = (after.at - before.at) / 1000;
      const rate = (of: Exclude<keyof typeof before, 'at'>) => (after[of] - before[of]) / seconds;
      return {
        result,
        usage: {
          seconds,
          apiCpu: rate('apiCpu'),
          kafkaCpu: rate('kafkaCpu'),
          relaysCpu: rate('relaysCpu'),
          kafkaBytes: rate('kafkaBytes'),
          heartbeatBytes: rate('heartbeatBytes'),
          transactions: rate('transactions'),
          walBytes: rate('walBytes'),
        },
      };
    },
    async stop(): Promise<void> {
      await transport.close();
      if (relays) await stopChild(relays.child);
      for (const { child } of apis) await stopChild(child);
      await database.drop();
      await Promise.all([kafka.stop(), postgres.stop(), rm(folder, { recursive: true })]);
    },
  };
}

/** Until nearly all relays were heard within the last minute: a machine that others keep busy lets nobody call in time. */
async function untilSeen(url: string, relays: number): Promise<void> {
  for (let waited = 0; ; waited++) {
    const [row] = await askDatabase<{ seen: string }>(
      url,
      `select count(*) as seen from relays where last_seen_at > now() - interval '1 minute'`,
    );
    if (Number(row!.seen) >= relays * 0.99) return;
    if (waited > 600) throw new Error(`after ten minutes the API has heard ${row!.seen} of ${relays} relays`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
