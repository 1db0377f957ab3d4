import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { freePorts } from '@chasqui/testbed';
import { bootstrapToken, programs } from '../services.fixture.js';
import type { Brokers } from './brokers.fixture.js';
import type { Kind, MemberParts } from './member.fixture.js';
import { Way } from './way.fixture.js';

/**
 * A relay that is silent for so long is offline, in milliseconds: longer than brokers need until another leads what a killed one led, which was 16 s on
 * a machine under heavy load; short enough to wait for.
 */
export const offlineAfterMs = 20_000;

export const relayNames = ['fra-1', 'fra-2', 'ams-1'];
const apiNames = ['api-1', 'api-2', 'api-3'];
export const memberNames = [...apiNames, ...relayNames, 'chat'];

/** What the processes stand on. */
export interface Ground {
  readonly folder: string;
  readonly brokers: Brokers;
  readonly databaseUrl: string;
  /** Where the room listens for its adapter. */
  readonly chatPort: number;
}

/** What each process is started with, and its ways to whatever it speaks with. */
export async function memberParts(ground: Ground): Promise<MemberParts[]> {
  const relayTokens = relayNames.map((name) => makeRelayToken(name));
  const adapterToken = makeAdapterToken('chat');
  const apis = await Promise.all(apiNames.map((name) => apiParts(name, relayTokens, adapterToken, ground)));
  const parts = [
    ...apis,
    ...relayNames.map((name, at) => relayParts(name, relayTokens[at]!, ground)),
    {
      name: 'chat',
      kind: 'adapter' as const,
      program: fileURLToPath(new URL('chat-process.fixture.ts', import.meta.url)),
      environment: { CHASQUI_ADAPTER_TOKEN: adapterToken, CHAT_PORT: String(ground.chatPort) },
    },
  ];
  return parts.map((one) => {
    const { ways, addresses } = ground.brokers.waysOf.get(one.name)!;
    return {
      ...one,
      ready: ready[one.kind],
      environment: { KAFKA_BROKERS: addresses, ...one.environment },
      brokers: ways,
      clock: join(ground.folder, `${one.name}.clock`),
    };
  });
}

const ready: Record<Kind, string> = {
  api: '"api ready"',
  relay: '"the API knows this relay"',
  adapter: '"listening"',
};

async function apiParts(
  name: string,
  relayTokens: readonly string[],
  adapterToken: string,
  { databaseUrl }: Ground,
) {
  const [http = 0, toDatabase = 0] = await freePorts(2);
  const behind = new URL(databaseUrl);
  const database = await Way.open(toDatabase, Number(behind.port));
  behind.port = String(toDatabase);
  return {
    name,
    kind: 'api' as const,
    program: programs.api,
    database,
    url: `http://127.0.0.1:${http}`,
    environment: {
      DATABASE_URL: behind.href,
      CHASQUI_SECRET_KEY: '11'.repeat(32),
      CHASQUI_BOOTSTRAP_TOKEN: bootstrapToken,
      CHASQUI_ENROL_RELAYS: relayTokens.join('\n'),
      CHASQUI_ENROL_ADAPTERS: adapterToken,
      CHASQUI_HTTP_PORT: String(http),
      CHASQUI_CHAT_LINES: 'off',
      CHASQUI_START_WITHIN: '20s',
      CHASQUI_RELAY_SUSPECT_AFTER: '4s',
      CHASQUI_RELAY_OFFLINE_AFTER: `${offlineAfterMs}ms`,
    },
  };
}

function relayParts(name: string, token: string, { folder }: Ground) {
  return {
    name,
    kind: 'relay' as const,
    program: programs.relay,
    environment: {
      CHASQUI_RELAY_TOKEN: token,
      CHASQUI_RELAY_TAGS: `dc=${name.slice(0, 3)}`,
      CHASQUI_RELAY_STATE: join(folder, name),
      CHASQUI_RELAY_POLICY: join(folder, 'policy.yaml'),
      CHASQUI_RELAY_DRIVERS: 'process',
      CHASQUI_RELAY_HEARTBEAT: '1s',
      CHASQUI_RELAY_GRACE: '2s',
      CHASQUI_HEALTH_PORT: '0',
    },
  };
}
