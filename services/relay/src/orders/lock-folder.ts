import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processIdentity, pidOf } from '../drivers/process-identity.js';

/**
 * Makes sure that no other process uses this folder; returns what gives it back. The lock of a process that is gone is taken over. Throws
 * if the holder lives.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const own = (await processIdentity(process.pid)) ?? String(process.pid);
  for (;;) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (holder !== own && (await isAlive(holder))) {
      throw new Error(`another relay uses ${folder}: process ${pidOf(holder)}`);
    }
    await rm(path, { force: true });
  }
}
