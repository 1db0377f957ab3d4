import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine } from './ask-engine.js';

const tools = [
  'sh',
  'echo',
  'cat',
  'printf',
  'env',
  'sleep',
  'true',
  'false',
  'id',
  'touch',
  'seq',
  'head',
  'tail',
  'dd',
  'wc',
  'kill',
  'yes',
  'test',
  'ip',
  'od',
  'mkdir',
];

/** What `importBusybox` names its image. */
export const busyboxImage = 'chasqui-testbed/busybox:1';

/**
 * Gives the engine an image made of nothing but a static busybox, so that tests need no registry. Returns its name.
 * `changes` are Dockerfile instructions (`USER 1000`) on top; give another `name` with them.
 */
export async function importBusybox(
  dockerHost: string,
  name: string = busyboxImage,
  changes: string[] = [],
): Promise<string> {
  const [repo, tag] = name.split(/:(?=[^:/]*$)/);
  const query = new URLSearchParams([
    ['fromSrc', '-'],
    ['repo', repo!],
    ['tag', tag ?? 'latest'],
  ]);
  for (const change of ['ENV PATH=/bin', 'CMD ["sh"]', ...changes]) query.append('changes', change);
  const answer = await askEngine(dockerHost, 'POST', `/images/create?${query.toString()}`, busyboxArchive());
  if (answer.status !== 200 || answer.text.includes('"error"'))
    throw new Error(`the engine took no image: ${answer.text}`);
  return name;
}

/** All that such an image has, as a tar archive: a static busybox in `/bin` under the names of its tools, and a `/tmp`. */
export function busyboxArchive(): Buffer {
  const work = mkdtempSync(join(tmpdir(), 'chasqui-image-'));
  try {
    mkdirSync(join(work, 'bin'));
    mkdirSync(join(work, 'tmp'));
    chmodSync(join(work, 'tmp'), 0o1777);
    copyFileSync(findBusybox(), join(work, 'bin/busybox'));
    for (const tool of tools) symlinkSync('busybox', join(work, 'bin', tool));
    return execFileSync('tar', ['-C', work, '-c', '.'], { maxBuffer: 64 * 1024 ** 2 });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Debian's busybox-static; any other would need its libraries. */
function findBusybox(): string {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    try {
      if (
        execFileSync('sh', ['-c', `ldd ${path} 2>&1 || true`], { encoding: 'utf8' }).includes(
          'not a dynamic executable',
        )
      )
        return path;
    } catch {
      continue;
    }
  }
  throw new Error('no static busybox here: apt-get install busybox-static');
}
