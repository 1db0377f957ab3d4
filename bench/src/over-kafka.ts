import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { credentialOf, type Credential } from '@chasqui/chat';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { freshDatabase, startKafka, startPostgres } from '@chasqui/testbed';
import { connectKafka } from '@chasqui/transport';
import { startChild, stopChild } from './child.js';
import { benchBundle, Load, type Figures } from './load.js';
import type { Mark } from './marks.js';
import { memoryOf, type Memory } from './memory-of.js';

/** With which the benchmark makes its first administrator. */
export const bootstrapToken = 'the-bootstrap-token-of-the-benchmark';
const path = (relative: string) => new URL(relative, import.meta.url).pathname;

export interface OverKafka {
  readonly figures: readonly Figures[];
  readonly startMs: { readonly api: number; readonly relay: number };
  readonly memory: readonly {
    readonly process: 'api' | 'relay';
    /** Ready, and nothing has been asked of it. */
    readonly atRest: Memory;
    /** After the first 200 commands. */
    readonly warm: Memory;
    readonly after: Memory;
    /** After as many again. */
    readonly twice: Memory;
  }[];
  readonly commands: number;
}

/** The separate services, as they are deployed but for the driver: own processes, a real Kafka, a PostgreSQL that waits for its disk. */
export async function overKafka(
  rounds: readonly { inFlight: number; commands: number }[],
): Promise<OverKafka> {
  const [kafka, postgres] = await Promise.all([
    startKafka({ asShipped: true }),
    startPostgres({ durable: true }),
  ]);
  const database = await freshDatabase(postgres.url);
  const relayToken = makeRelayToken('local');
  const adapterToken = makeAdapterToken('bench');
  const common = { KAFKA_BROKERS: kafka.brokers, LOG_LEVEL: 'info' };
  const folder = await mkdtemp(`${tmpdir()}/chq-bench-`);
  const policy = `${folder}/policy.yaml`;
  await writeFile(policy, 'executables: [/bin/true]\n');
  const api = await startChild(
    path('../../services/api/dist/main.js'),
    {
      ...common,
      DATABASE_URL: database.url,
      CHASQUI_SECRET_KEY: '11'.repeat(32),
      CHASQUI_BOOTSTRAP_TOKEN: bootstrapToken,
      CHASQUI_ENROL_RELAYS: relayToken,
      CHASQUI_ENROL_ADAPTERS: adapterToken,
      CHASQUI_HTTP_PORT: '0',
      CHASQUI_CHAT_LINES: 'off',
    },
    /api ready/,
  );
  const relay = await startChild(
    path('./relay-process.js'),
    {
      ...common,
      CHASQUI_RELAY_TOKEN: relayToken,
      CHASQUI_RELAY_SLOTS: '1000',
      CHASQUI_RELAY_STATE: folder,
      CHASQUI_RELAY_POLICY: policy,
      CHASQUI_HEALTH_PORT: '0',
    },
    /welcomed|the API knows this relay/,
  );
  const transport = await connectKafka({ brokers: kafka.brokers.split(','), clientId: 'bench' });
  try {
    const memory = async () => {
      await rest();
      return { api: memoryOf(api.child.pid!), relay: memoryOf(relay.child.pid!) };
    };
    const atRest = await memory();
    const load = await prepareLoad(api.said, transport, await credentialOf(adapterToken));
    relay.child.on(
      'message',
      (marks) => Array.isArray(marks) && (marks as Mark[]).forEach((mark) => load.note(mark)),
    );
    await load.measure(10, 200);
    const warm = await memory();
    const figures: Figures[] = [];
    for (const { inFlight, commands } of rounds) figures.push(await load.measure(inFlight, commands));
    const after = await memory();
    const commands = rounds.reduce((sum, round) => sum + round.commands, 0);
    await load.measure(100, commands);
    const twice = await memory();
    return {
      figures,
      startMs: { api: api.tookMs, relay: relay.tookMs },
      memory: (['api', 'relay'] as const).map((process) => ({
        process,
        atRest: atRest[process],
        warm: warm[process],
        after: after[process],
        twice: twice[process],
      })),
      commands,
    };
  } finally {
    await transport.close();
    await stopChild(relay.child);
    await stopChild(api.child);
    await database.drop();
    await Promise.all([kafka.stop(), postgres.stop(), rm(folder, { recursive: true })]);
  }
}

/** The bundle and the person of the benchmark, made over REST as an operator would. */
export async function prepareLoad(
  apiLog: string,
  transport: Awaited<ReturnType<typeof connectKafka>>,
  credential: Credential,
): Promise<Load> {
  const url = /"url":"([^"]+)"/.exec(apiLog)![1]!;
  let administrators = '';
  const call = async (method: string, where: string, body: unknown) => {
    const answer = await fetch(`${url}${where}`, {
      method,
      headers: { authorization: `Bearer ${administrators}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${where}: ${await answer.text()}`);
    return (await answer.json().catch(() => ({}))) as { token: string };
  };
  const admin = { token: bootstrapToken, username: 'admin', email: 'admin@localhost' };
  administrators = (await call('POST', '/bootstrap', admin)).token;
  await call('POST', '/bundles', { source: benchBundle, enable: true });
  await call('POST', '/users', { username: 'ben', email: 'ben@example.org' });
  await call('PUT', '/users/ben/identities/bench', { id: 'B1' });
  return Load.open(transport, credential, 'B1');
}

/** Until what is gathered and collected later is done: V8 takes eight seconds to see that nothing happens any more. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10_000));
}
