import { readFileSync } from 'node:fs';

/** A process's memory in MiB, as the kernel counts it. */
export interface Memory {
  /** Resident: with the pages of the Node binary and its libraries, which all Node processes of a machine share. */
  readonly resident: number;
  /** Its own: anonymous pages, shared with nobody. */
  readonly own: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mebibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
  return { resident: mebibytes('Rss'), own: mebibytes('Anonymous') };
}
