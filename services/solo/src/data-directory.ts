import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  type WriteStream,
} from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

/** Where solo mode keeps everything between two starts. */
export interface DataDirectory {
  readonly path: string;
  readonly database: string;
  readonly relayState: string;
  readonly history: string;
  readonly adminToken: string;
  /** The text of a secret file, made with 32 random bytes the first time. */
  secret(name: string): string;
  /** Where the log goes: a terminal belongs to whoever types in it. */
  log(): WriteStream;
  release(): void;
}

/** Another process has the directory open. */
export class DirectoryInUse extends Error {
  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super(`another Chasqui (process ${pid}) uses ${path}`);
    this.name = 'DirectoryInUse';
  }
}

/**
 * Takes a data directory for this process alone: two databases on one directory would lose each other's writes without a word.
 * @throws DirectoryInUse
 */
export function takeDirectory(path: string): DataDirectory {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = join(path, 'lock');
  takeLock(lock, path);
  return {
    path,
    database: join(path, 'database'),
    relayState: join(path, 'relay'),
    history: join(path, 'history'),
    adminToken: join(path, 'admin-token'),
    secret: (name) => secretIn(join(path, name)),
    log: () => createWriteStream(join(path, 'chasqui.log'), { flags: 'a', mode: 0o600 }),
    release: () => rmSync(lock, { force: true }),
  };
}

function takeLock(lock: string, path: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EEXIST') throw cause;
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid !== process.pid && isAlive(pid)) throw new DirectoryInUse(path, pid);
    rmSync(lock, { force: true });
    takeLock(lock, path);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as { code?: string }).code === 'EPERM';
  }
}

function secretIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}
