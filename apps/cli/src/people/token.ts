import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { User } from './person-shapes.js';
import { session, type Session } from '../session.js';
import { table } from '../terminal/table.js';
import { makeToken, tokenOptions, type TokenOptions } from './make-token.js';

const whose = ['--user <username>', 'whose, if not yours: somebody else’s, or a service account’s'] as const;

/** `chasqui token …` */
export function define(token: Command): void {
  tokenOptions(
    token
      .command('create <tokenname>')
      .description('make a token; it is shown once')
      .option(...whose),
  ).action(async (name: string, options: TokenOptions & Whose, command: Command) => {
    const asked = session(command);
    await makeToken(asked, await ownerOf(asked, options), name, options);
  });
  token
    .command('list')
    .description('list tokens, without the tokens themselves')
    .option(...whose)
    .action(async (options: Whose, command: Command) => {
      const asked = session(command);
      const username = await ownerOf(asked, options);
      asked.show(await asked.api.get<{ tokens: Token[] }>(path`/users/${username}/tokens`), ({ tokens }) =>
        table(['token', 'begins', 'for', 'ends', 'last used', 'made by'], tokens.map(row)),
      );
    });
  token
    .command('revoke <tokenname>')
    .description('end a token, everywhere within a second')
    .option(...whose)
    .action(async (name: string, options: Whose, command: Command) => {
      const asked = session(command);
      const username = await ownerOf(asked, options);
      await asked.api.remove(path`/users/${username}/tokens/${name}`);
      asked.show({ revoked: name, of: username }, () => `${name} of ${username} is revoked`);
    });
}

interface Whose {
  readonly user?: string;
}

async function ownerOf({ api }: Session, { user }: Whose): Promise<string> {
  return user ?? (await api.get<{ user: User }>('/me')).user.username;
}

function row({ name, prefix, scopes, expiresAt, lastUsedAt, createdBy }: Token) {
  return [
    name,
    `${prefix}…`,
    scopes?.join(' ') ?? 'everything',
    expiresAt ?? 'never',
    lastUsedAt ?? 'never',
    createdBy ?? '',
  ];
}

interface Token {
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly scopes?: readonly string[];
  readonly createdBy?: string;
}
