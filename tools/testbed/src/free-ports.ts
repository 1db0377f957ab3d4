import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below those that systems give to outgoing connections: a server that comes back finds its port as it left it. */
const [lowest, highest] = [10_000, 30_000];

/** A file for each port that a process has been given, with its pid: others that look at the same time are given other ones. */
const folder = join(tmpdir(), 'chq-ports');
const mine = new Set<number>();

/** So many different ports of loopback that nobody listens on; until this process ends no other is given them. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries > count + 1000) throw new Error(`there are no ${count} free ports`);
    const port = randomInt(lowest, highest);
    if (reserve(port) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

function reserve(port: number): boolean {
  if (mine.size === 0) {
    mkdirSync(folder, { recursive: true });
    process.once('exit', () => mine.forEach((one) => rmSync(fileOf(one), { force: true })));
  }
  try {
    writeFileSync(fileOf(port), String(process.pid), { flag: 'wx' });
    mine.add(port);
    return true;
  } catch {
    if (!mine.has(port) && !isAlive(ownerOf(port))) rmSync(fileOf(port), { force: true });
    return false;
  }
}

function fileOf(port: number): string {
  return join(folder, String(port));
}

/** Zero for one that is just being written, or gone. */
function ownerOf(port: number): number {
  try {
    return Number(readFileSync(fileOf(port), 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const listens = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
