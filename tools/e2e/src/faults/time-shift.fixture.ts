import { existsSync, rmSync } from 'node:fs';

const places = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
);
const library = places.find((path) => existsSync(path));

/** Why no process can be given another clock; undefined where it can. */
export const whyNoTimeShift = library ? undefined : 'libfaketime is not installed';

/**
 * The environment of a process whose clock is off by as much as that file says at any time, in seconds. What measures how long something takes is not
 * touched, as by somebody who sets a machine's clock.
 */
export function timeShift(file: string): Record<string, string> {
  if (!library) return {};
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}

/** What the library leaves of a process that was killed. */
export function forgetTimeShift(pid: number): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
    rmSync(`/dev/shm/${name}`, { force: true });
}
