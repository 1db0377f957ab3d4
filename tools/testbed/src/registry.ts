import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './engine.js';

export interface Registry {
  /** `host:port`, as the engine reaches it; it counts as insecure there, so plain HTTP will do. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  stop(): Promise<void>;
}

const port = 5000;

/** An image registry with a login, beside an engine that we started ourselves, in its network namespace. */
export async function startRegistry(engine: Engine): Promise<Registry | { unavailable: string }> {
  if (engine.namespaceOf === undefined)
    return { unavailable: 'a registry is only started beside an engine of our own' };
  for (const program of ['/usr/bin/docker-registry', '/usr/bin/htpasswd']) {
    if (!existsSync(program))
      return { unavailable: `${program} is not installed (apt-get install docker-registry apache2-utils)` };
  }
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
  const inside = ['nsenter', `--net=/proc/${engine.namespaceOf}/ns/net`];
  const child = spawn(inside[0]!, [inside[1]!, 'docker-registry', 'serve', join(home, 'registry.yml')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  while (child.exitCode === null && child.pid !== undefined) {
    try {
      execFileSync(inside[0]!, [inside[1]!, 'bash', '-c', `</dev/tcp/127.0.0.1/${port}`], {
        stdio: 'ignore',
      });
      return { address: `127.0.0.1:${port}`, username, password, stop };
    } catch {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  }
  await stop();
  return { unavailable: 'docker-registry did not start' };
}
