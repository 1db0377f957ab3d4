import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { Session } from '../session.js';
import { expiry } from './expiry.js';

export interface TokenOptions {
  readonly expires?: string;
  readonly scope?: readonly string[];
}

/** What may be said of a token that is to be made. */
export function tokenOptions(command: Command): Command {
  return command
    .option('--expires <when>', 'a time from now (12h, 30d) or a date (2027-01-31)')
    .option('--scope <permissions...>', 'what it is for: permissions; without it, all that its user may');
}

/** Makes a token and prints it, this once. */
export async function makeToken(
  { api, show, json }: Session,
  username: string,
  name: string,
  { expires, scope }: TokenOptions,
): Promise<void> {
  const expiresAt = expires && expiry(expires, Date.now());
  const made = await api.post<NewToken>(path`/users/${username}/tokens`, {
    name,
    ...(expiresAt && { expiresAt }),
    ...(scope && { scopes: scope }),
  });
  show(made, ({ token }) => token);
  if (!json)
    process.stderr.write(
      `keep it now, it is not shown again. ${made.expiresAt ? `it ends ${made.expiresAt}` : 'it never ends'}\n`,
    );
}

interface NewToken {
  readonly name: string;
  readonly token: string;
  readonly expiresAt?: string;
}
