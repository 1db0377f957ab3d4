import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dieWithUs } from './die-with-us.js';
import { freePorts } from './free-ports.js';

export interface NatsServer {
  /** `127.0.0.1:port` */
  readonly server: string;
  /** Which one it is: `nats-server 2.9.10`. */
  readonly version: string;
  /** Asks it to end (SIGTERM), or makes it end (SIGKILL). Its data stays for `restart`. */
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops it for good and removes its data. */
  stop(): Promise<void>;
}

const run = promisify(execFile);

/**
 * A real nats-server with JetStream, one node on loopback, ready when this resolves; it dies with us. Debian has it as the package
 * `nats-server`, and Go builds it. Throws with the reason where there is none.
 *
 * @param more further lines of its configuration: users, permissions
 */
export async function startNats(more = ''): Promise<NatsServer> {
  const version = await natsVersion();
  const [port = 0] = await freePorts(1);
  const home = mkdtempSync(join(tmpdir(), 'chq-nats-'));
  mkdirSync(join(home, 'jetstream'));
  const settings = join(home, 'nats.conf');
  writeFileSync(
    settings,
    `listen: "127.0.0.1:${port}"\n${more.includes('max_payload') ? '' : 'max_payload: 2MB'}\njetstream { store_dir: "${home}/jetstream" }\n${more}\n`,
  );
  let running = await start(home, settings);
  return {
    server: `127.0.0.1:${port}`,
    version,
    kill: (signal = 'SIGTERM') => running.end(signal),
    restart: async () => {
      await running.end('SIGTERM');
      running = await start(home, settings);
    },
    stop: async () => {
      await running.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Which nats-server is installed. @throws with how to get one */
export async function natsVersion(): Promise<string> {
  try {
    const { stdout } = await run('nats-server', ['--version']);
    return stdout.trim().replace(': v', ' ');
  } catch {
    throw new Error('nats-server is not installed; Debian and its kin have it as a package of that name');
  }
}

async function start(home: string, settings: string) {
  const logFile = join(home, 'nats.log');
  const log = openSync(logFile, 'w');
  const child = spawn('nats-server', ['-c', settings], { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const callOff = dieWithUs(child.pid ?? 0, home);
  const isAlive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.ref();
    if (isAlive()) child.kill(signal);
    await exited;
    callOff();
  };
  const until = Date.now() + 20_000;
  while (!readFileSync(logFile, 'utf8').includes('Server is ready')) {
    if (!isAlive() || Date.now() > until) {
      await end('SIGKILL');
      throw new Error(`nats-server did not start: ${readFileSync(logFile, 'utf8').trim().slice(-1000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.unref();
  return { end };
}
