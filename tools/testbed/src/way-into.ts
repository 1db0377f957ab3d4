import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dieWithUs } from './die-with-us.js';

/** Makes a port of loopback in the network namespace of a process answer here, under the same number, until it is closed. */
export async function wayInto(namespaceOf: number, port: number): Promise<{ close(): Promise<void> }> {
  // Socket paths end at 108 bytes, so the folder stays directly under the temp folder.
  const folder = mkdtempSync(join(tmpdir(), 'chq-way-'));
  const path = join(folder, 's');
  const script = fileURLToPath(new URL('../src/kubernetes/door.mjs', import.meta.url));
  const words = [
    `--net=/proc/${namespaceOf}/ns/net`,
    process.execPath,
    script,
    path,
    '127.0.0.1',
    String(port),
  ];
  const child = spawn('nsenter', words, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const passing = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(path);
    near.pipe(far).pipe(near);
    passing.add(near);
    near.on('error', () => undefined).on('close', () => passing.delete(near) && far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
  });
  const callOff = dieWithUs(child.pid ?? 0, folder);
  const close = async () => {
    callOff();
    server.close();
    for (const socket of passing) socket.destroy();
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  while (!existsSync(path) && child.exitCode === null) await delay(20);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { close };
}
