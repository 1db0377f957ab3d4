import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithUs } from './die-with-us.js';
import type { Engine } from './engine.js';
import { freePorts } from './free-ports.js';

export interface Registry {
  /** `host:port`, as the engine reaches it; it counts as insecure there, so plain HTTP will do. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** Why there can be no registry here; undefined where there can. */
export function whyNoRegistry(): string | undefined {
  const programs = ['/usr/bin/docker-registry', '/usr/bin/htpasswd'];
  const missing = programs.find((program) => !existsSync(program));
  return missing && `${missing} is not installed (apt-get install docker-registry apache2-utils)`;
}

/** An image registry with a login: beside an engine or a cluster that we started ourselves, in its network namespace, or, without one, here. */
export async function startRegistry(
  beside?: Pick<Engine, 'namespaceOf'>,
): Promise<Registry | { unavailable: string }> {
  if (beside && beside.namespaceOf === undefined)
    return { unavailable: 'a registry is only started beside an engine of our own' };
  const lacking = whyNoRegistry();
  if (lacking !== undefined) return { unavailable: lacking };
  const [port] = await freePorts(1);
  const home = mkdtempSync(join(tmpdir(), 'chq-reg-'));
  const [username, password] = ['relay', 's3cret'];
  writeFileSync(join(home, 'htpasswd'), execFileSync('htpasswd', ['-nbB', username, password]));
  const settings = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(home, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: 'testbed', path: join(home, 'htpasswd') } },
  };
  // JSON is YAML.
  writeFileSync(join(home, 'registry.yml'), JSON.stringify(settings));
  const inside = beside ? ['nsenter', `--net=/proc/${beside.namespaceOf}/ns/net`] : [];
  const there = (...words: string[]): [string, string[]] => {
    const [program, ...rest] = [...inside, ...words];
    return [program!, rest];
  };
  const child = spawn(...there('docker-registry', 'serve', join(home, 'registry.yml')), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const callOff = dieWithUs(child.pid ?? 0, home);
  const stop = async () => {
    callOff();
    child.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  while (child.exitCode === null && child.pid !== undefined) {
    try {
      execFileSync(...there('bash', '-c', `</dev/tcp/127.0.0.1/${port}`), { stdio: 'ignore' });
      return { address: `127.0.0.1:${port}`, username, password, stop };
    } catch {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  }
  await stop();
  return { unavailable: 'docker-registry did not start' };
}
