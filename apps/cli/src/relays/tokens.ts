import { Option } from 'commander';
import type { Credential } from './relay-shapes.js';
import type { session } from '../session.js';
import { ago } from '../terminal/ago.js';

/** How long a token that is exchanged goes on. */
export function overlapOption(): Option {
  return new Option('--overlap <time>', 'how long the tokens there are go on: 24h, 30m, 0s').default('24h');
}

/** A token, on standard output alone; what to do with it beside that. */
export function showToken(
  { show, json }: ReturnType<typeof session>,
  made: { readonly token: string },
  setting: string,
): void {
  show(made, ({ token }) => token);
  if (json) return;
  process.stderr.write(
    `keep it now, it is not shown again: it is read as ${setting}, or from ${setting}_FILE\n`,
  );
}

/** Which of the tokens is in use since when, and when another stops, in one line. */
export function tokenInUse(tokens: readonly Credential[], now: number): string {
  const used = tokens.find(({ inUse }) => inUse);
  const stops = tokens.find(({ until }) => until !== undefined)?.until;
  return [
    used ? `made ${ago(used.createdAt, now)} ago, used since ${used.usedSince}` : 'none is in use yet',
    ...(stops === undefined ? [] : [`the old one stops ${stops}`]),
  ].join('; ');
}
