import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { freePorts, freshDatabase } from '@chasqui/testbed';
import { afterAll, afterEach } from 'vitest';
import { startService, type Service } from './service.fixture.js';
import { until } from './until.fixture.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const bootstrapToken = 'a-token-for-the-first-administrator';
const policy = 'executables: [/bin/echo, /bin/sleep, /usr/bin/printenv, /usr/bin/uname, /bin/sh]\n';

type Environment = Record<string, string>;
export type Services = Awaited<ReturnType<typeof openServices>>;

/** Shows the last lines of every service with a test that fails. To be called where hooks are declared. */
export function showLogsOfFailures(services: () => Services | undefined): void {
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const service of services()?.all() ?? []) console.error(service.name, service.log().slice(-3000));
  });
}

export const programs = {
  api: join(root, 'services/api/dist/main.js'),
  relay: join(root, 'services/relay/dist/main.js'),
  slack: join(root, 'services/adapter-slack/dist/main.js'),
  cli: join(root, 'apps/cli/bin/chasqui.mjs'),
};

/** Those that a test which hangs has left open. */
const open = new Set<() => Promise<void>>();
afterAll(() => Promise.all([...open].map((dispose) => dispose())));

/**
 * The separate services, as they are deployed, over a real Kafka and a real PostgreSQL; `everywhere` goes into the environment of each.
 * `bus` are the brokers of a Kafka that others use too, or the settings by which the services find something else.
 * Relays beat every second and are offline after four, so that a test need not wait for a minute. Everything is stopped and removed at
 * the end, also what commands left running.
 */
export async function openServices(
  bus: string[] | Environment,
  serverUrl: string,
  everywhere: Environment = {},
) {
  const database = await freshDatabase(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'chq-e2e-'));
  const prefix = `e2e-${randomBytes(4).toString('hex')}.`;
  const tokens: Record<string, string> = {
    'fra-1': makeRelayToken('fra-1'),
    'ams-1': makeRelayToken('ams-1'),
  };
  const adapterToken = makeAdapterToken('slack');
  let adminToken: string | undefined;
  const kafka = (brokers: string[]) => ({ KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC_PREFIX: prefix });
  const common = { ...(Array.isArray(bus) ? kafka(bus) : bus), ...everywhere };
  writeFileSync(join(folder, 'policy.yaml'), policy);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started: Service[] = [];

  const start = (program: string, env: Environment): Service => {
    const service = startService(program, { ...common, ...env });
    started.push(service);
    return service;
  };
  const dispose = async () => {
    if (!open.delete(dispose)) return;
    await Promise.all(started.map((service) => service.kill('SIGKILL')));
    commandsIn(folder).forEach((pid) => process.kill(pid, 'SIGKILL'));
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  };
  open.add(dispose);
  /** The API, which need not be ready. */
  const beginApi = (env: Environment = {}): Service =>
    start(programs.api, {
      DATABASE_URL: database.url,
      CHASQUI_SECRET_KEY: '11'.repeat(32),
      CHASQUI_BOOTSTRAP_TOKEN: bootstrapToken,
      CHASQUI_ENROL_RELAYS: Object.values(tokens).join('\n'),
      CHASQUI_ENROL_ADAPTERS: adapterToken,
      CHASQUI_EXAMPLES: join(root, 'examples/bundles'),
      CHASQUI_HTTP_PORT: String(port),
      CHASQUI_CHAT_LINES: 'off',
      CHASQUI_RELAY_SUSPECT_AFTER: '2500ms',
      CHASQUI_RELAY_OFFLINE_AFTER: '4s',
      ...env,
    });
  /** The `chasqui` command. */
  const chasqui = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    adminToken ??= await bootstrap(url);
    const env = { CHASQUI_URL: url, CHASQUI_TOKEN: adminToken ?? 'none yet' };
    const cli = startService(programs.cli, env, ...args);
    started.push(cli);
    await cli.ended;
    return { code: cli.process.exitCode, out: cli.out(), err: cli.err() };
  };
  /** What it prints with `--json`. */
  const told = async (...args: string[]) => JSON.parse((await chasqui(...args, '--json')).out || '{}');
  return {
    prefix,
    folder,
    tokens,
    adapterToken,
    url,
    all: () => started.filter(({ name }) => name !== programs.cli),
    beginApi,
    startApi: async (env: Environment = {}): Promise<Service> => {
      const api = beginApi(env);
      await api.says('api ready');
      return api;
    },
    startRelay: (name: string, tags: string, env: Environment = {}): Service =>
      start(programs.relay, {
        CHASQUI_RELAY_TOKEN: tokens[name]!,
        CHASQUI_RELAY_TAGS: tags,
        CHASQUI_RELAY_STATE: join(folder, name),
        CHASQUI_RELAY_POLICY: join(folder, 'policy.yaml'),
        CHASQUI_RELAY_DRIVERS: 'process',
        CHASQUI_RELAY_HEARTBEAT: '1s',
        CHASQUI_HEALTH_PORT: '0',
        ...env,
      }),
    startSlack: (apiUrl: string, env: Environment = {}): Service =>
      start(programs.slack, {
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_APP_TOKEN: 'xapp-1',
        SLACK_API_URL: apiUrl,
        CHASQUI_ADAPTER_TOKEN: adapterToken,
        CHASQUI_HTTP_PORT: '0',
        ...env,
      }),
    chasqui,
    told,
    /** Until the API counts these relays as online. */
    online: (...names: string[]) =>
      until(async () => {
        const { relays = [] } = (await told('relay', 'list')) as {
          relays?: { name: string; state: string }[];
        };
        return names.every((name) => relays.some((relay) => relay.name === name && relay.state === 'online'));
      }),
    /** The newest run, once its line is this and it is running. Answers its id. */
    running: (line: string) =>
      until(async () => {
        const { runs = [] } = await told('runs', '--limit', '1');
        return runs[0]?.line === line && runs[0].status === 'running' && (runs[0].id as string);
      }),
    /** Ends what commands of ours still run: the processes that work in a folder of ours. */
    endCommands: () => commandsIn(folder).forEach((pid) => process.kill(pid, 'SIGKILL')),
    [Symbol.asyncDispose]: dispose,
  };
}

/** Makes the first administrator; undefined where the API does not answer yet. */
export async function bootstrap(url: string): Promise<string | undefined> {
  const body = JSON.stringify({ token: bootstrapToken, username: 'admin', email: 'admin@localhost' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/bootstrap`, { method: 'POST', headers, body }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { token: string }).token : undefined;
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** The processes whose working folder lies in this one; none where there is no /proc. */
export function commandsIn(folder: string): number[] {
  return processes().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
