import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Until nothing more can be written on it. */
  fill(): void;
  empty(): void;
  /** Takes it away with all that is on it. */
  remove(): void;
}

const megabytes = 64;
const quietly = { stdio: 'ignore' } as const;

/** Why there is none here; undefined where there is. */
export const whyNoSmallDisk = mayMount() ? undefined : 'no disk may be mounted here';

/** A disk of its own under that folder, small and in memory; undefined where we may not mount one. It goes with us, even if we are killed. */
export function smallDisk(folder: string): SmallDisk | undefined {
  mkdirSync(folder);
  if (whyNoSmallDisk) return undefined;
  mount(folder);
  // The shell ends without a line when we are gone.
  const watcher = spawn('sh', ['-c', 'read -r _ || umount -l "$0"', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  const filler = join(folder, 'filler');
  return {
    fill: () => {
      const file = openSync(filler, 'a');
      const zeros = Buffer.alloc(1024 * 1024);
      try {
        for (let size = zeros.length; size > 0;) {
          try {
            writeSync(file, zeros, 0, size);
          } catch {
            size >>= 1;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    remove: () => {
      watcher.stdin.end('\n');
      execFileSync('umount', ['-l', folder], quietly);
    },
  };
}

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'chq-disk-'));
  try {
    mount(folder);
    execFileSync('umount', [folder], quietly);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'chq-faults', folder], quietly);
}
