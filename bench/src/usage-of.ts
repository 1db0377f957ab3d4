import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel counts CPU time in these, a hundred to a second. */
const tickMs = 10;

/** How much CPU time a process has taken since its start, in milliseconds. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** What stands in a broker's logs, in bytes. Not its indexes, which are laid out ahead. */
export function logBytes(dataDir: string, topic = ''): number {
  const folders = readdirSync(dataDir).filter((name) => name.startsWith(topic));
  return folders.reduce((sum, folder) => {
    try {
      const logs = readdirSync(join(dataDir, folder)).filter((name) => name.endsWith('.log'));
      return logs.reduce((bytes, log) => bytes + statSync(join(dataDir, folder, log)).size, sum);
    } catch {
      // A file of the broker's own, or a folder that it has just removed.
      return sum;
    }
  }, 0);
}
