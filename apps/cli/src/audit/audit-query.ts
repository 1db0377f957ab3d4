import type { Command } from 'commander';
import { since } from './since.js';

/** Options that every list of the audit log has. */
export function timeOptions(command: Command): Command {
  return command
    .option('--since <when>', 'said then or later: 30m, 12h, 7d ago, or a date')
    .option('--until <when>', 'said before then');
}

export function pageOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'how many at most')
    .option('--before <id>', 'those before this one: what `next` says in --json');
}

/** Options as a query; times as the server wants them. */
export function queryOf(options: Readonly<Record<string, string | undefined>>, now: number): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    query.set(name, name === 'since' || name === 'until' ? since(value, now) : value);
  }
  const text = query.toString();
  return text && `?${text}`;
}
