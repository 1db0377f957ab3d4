import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Collecting } from './collecting.js';
import type { Collected, Work } from './driver.js';
import { fileVariables } from './file-variables.js';

/**
 * Lays the files of a work into its folder, at the paths that they have in a container, and makes the empty one for those to come.
 * @returns the variables that say where
 */
export async function layFiles(folder: string, work: Work): Promise<Record<string, string>> {
  for (const { path, bytes } of work.filesIn ?? []) {
    const at = join(folder, path);
    await mkdir(dirname(at), { recursive: true, mode: 0o700 });
    await writeFile(at, bytes, { mode: 0o600 });
  }
  if (work.filesOut) await mkdir(join(folder, work.filesOut.path), { recursive: true, mode: 0o700 });
  return fileVariables(work, (path) => join(folder, path));
}

/**
 * What stands in that folder. No link is followed, neither one in it nor one in its place: it is opened once, and what is read is read through
 * that. A file may grow while it is read; no more is read than there is room for.
 */
export async function collectFiles(folder: string, { filesOut }: Work): Promise<Collected | undefined> {
  if (!filesOut) return undefined;
  const found = new Collecting(filesOut);
  const own = await realpath(folder).catch(() => undefined);
  if (own === undefined) return { files: [], leftOut: [], lost: 'its folder is gone' };
  const expected = join(own, filesOut.path);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const door = await open(join(folder, filesOut.path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(
    () => undefined,
  );
  if (!door) return found;
  try {
    const inside = process.platform === 'linux' ? `/proc/self/fd/${door.fd}` : expected;
    if ((await realpath(inside)) !== expected) return found;
    for (const entry of await readdir(inside, { withFileTypes: true })) {
      if (!entry.isFile()) found.leave(entry.name, 'no-file');
      else await collect(inside, entry.name, found);
    }
    return found;
  } finally {
    await door.close();
  }
}

async function collect(folder: string, name: string, found: Collecting): Promise<void> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(join(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!file) return void found.leave(name, 'unreadable');
  try {
    const about = await file.stat();
    if (!about.isFile()) return void found.leave(name, 'no-file');
    if (!found.hasRoom(name, about.size)) return;
    const bytes = Buffer.alloc(about.size);
    const { bytesRead } = await file.read(bytes, 0, about.size, 0);
    found.add(name, bytes.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
