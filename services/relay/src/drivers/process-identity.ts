import { readFile } from 'node:fs/promises';

/**
 * Tells one process from every other, also from a later one with the same pid: `pid:start time:boot`. The start time is field 22 of
 * /proc/<pid>/stat (proc(5)), in ticks since boot. Undefined if there is no such process, it is a zombie, or the system has no /proc.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(bootId, 'latin1'),
    ]);
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid}:${fields[19]}:${boot.trim()}`;
  } catch {
    return undefined;
  }
}

/** Whether the process that had this identity still runs. */
export async function isAlive(identity: string): Promise<boolean> {
  return (await processIdentity(pidOf(identity))) === identity;
}

export function pidOf(identity: string): number {
  return Number(identity.split(':')[0]);
}

const bootId = '/proc/sys/kernel/random/boot_id';
