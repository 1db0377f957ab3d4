import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRelayToken } from '@chasqui/sealing';
import { freshDatabase } from '@chasqui/testbed';

const root = new URL('../../..', import.meta.url).pathname;
const adminToken = 'a-token-for-the-first-administrator';

/** One of our services as a process, with what it wrote. */
export interface Service {
  readonly process: ChildProcess;
  log(): string;
  /** Resolves once its log has this. */
  says(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** The separate services, as they are deployed, over a real Kafka and a real PostgreSQL. Everything is stopped and removed at the end. */
export async function openServices(brokers: string[], serverUrl: string) {
  const fresh = await freshDatabase(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'chq-e2e-'));
  const prefix = `e2e-${randomBytes(4).toString('hex')}.`;
  const tokens: Record<string, string> = {
    'fra-1': makeRelayToken('fra-1'),
    'ams-1': makeRelayToken('ams-1'),
  };
  const started: Service[] = [];
  const common = { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC_PREFIX: prefix, LOG_LEVEL: 'info' };
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, 'executables: [/bin/echo, /bin/sleep, /usr/bin/printenv, /usr/bin/uname, /bin/sh]\n');
  let port = 0;

  const start = (main: string, env: Record<string, string>): Service => {
    const service = run(process.execPath, [join(root, main)], env);
    started.push(service);
    return service;
  };
  const startApi = async (env: Record<string, string> = {}): Promise<Service> => {
    const api = start('services/api/dist/main.js', {
      ...common,
      DATABASE_URL: fresh.url,
      CHASQUI_SECRET_KEY: '11'.repeat(32),
      CHASQUI_BOOTSTRAP_TOKEN: adminToken,
      CHASQUI_ENROL_RELAYS: Object.values(tokens).join('\n'),
      CHASQUI_EXAMPLES: join(root, 'examples/bundles'),
      CHASQUI_HTTP_PORT: String(port),
      CHASQUI_RELAY_SUSPECT_AFTER: '2s',
      CHASQUI_RELAY_OFFLINE_AFTER: '4s',
      ...env,
    });
    await api.says('api ready');
    port = Number(/"url":"[^"]*:(\d+)"/.exec(api.log())?.[1]);
    return api;
  };
  const startRelay = (name: string, tags: string, env: Record<string, string> = {}): Service =>
    start('services/relay/dist/main.js', {
      ...common,
      CHASQUI_RELAY_TOKEN: tokens[name]!,
      CHASQUI_RELAY_TAGS: tags,
      CHASQUI_RELAY_STATE: join(folder, name),
      CHASQUI_RELAY_POLICY: policy,
      CHASQUI_RELAY_DRIVERS: 'process',
      CHASQUI_HEALTH_PORT: '0',
      ...env,
    });
  /** The `chasqui` command. */
  const chasqui = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, [join(root, 'apps/cli/bin/chasqui.mjs'), ...args], {
      env: { PATH: process.env['PATH'], CHASQUI_URL: `http://127.0.0.1:${port}`, CHASQUI_TOKEN: adminToken },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, out, err };
  };
  return {
    prefix,
    folder,
    tokens,
    chasqui,
    start,
    startApi,
    startRelay,
    common,
    /** Until the API counts these relays as online. */
    online: (...names: string[]) =>
      until(async () => {
        const { relays } = JSON.parse((await chasqui('relay', 'list', '--json')).out || '{"relays":[]}');
        return names.every((name) =>
          relays.some(
            (relay: { name: string; state: string }) => relay.name === name && relay.state === 'online',
          ),
        );
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((service) => service.kill('SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
      await fresh.drop();
    },
  };
}

/** Waits until `look` gives something, for at most thirty seconds. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (const deadline = Date.now() + 30_000; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function run(program: string, args: string[], env: Record<string, string>): Service {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (text: Buffer) => (log += text.toString());
  child.stdout!.on('data', keep);
  child.stderr!.on('data', keep);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    process: child,
    log: () => log,
    says: async (text) => {
      await until(
        () => (typeof text === 'string' ? log.includes(text) : text.test(log)) || stopped(child),
      ).catch(() => undefined);
      if (!(typeof text === 'string' ? log.includes(text) : text.test(log)))
        throw new Error(`never said ${text}:\n${log}`);
    },
    kill: async (signal) => {
      if (!stopped(child)) child.kill(signal);
      await ended;
    },
  };
}

function stopped(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
