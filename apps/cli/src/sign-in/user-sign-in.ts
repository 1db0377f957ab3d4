import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { User } from '../people/person-shapes.js';
import type { SignInSession } from './sign-in-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { askHidden } from '../terminal/ask-hidden.js';
import { table } from '../terminal/table.js';
import { newPassword } from './new-password.js';

/** `chasqui user passwd`, `sessions`, `sign-out`, `join` and `unjoin`: how somebody comes in. */
export function defineUserSignIn(user: Command): void {
  user
    .command('passwd [username]')
    .description('set a password, your own if nobody is named; it is asked for, or read from standard input')
    .option('--remove', 'take the password away: they come in by the identity provider, or with tokens')
    .action(async (named: string | undefined, { remove }: { remove?: true }, command: Command) => {
      const { api, show } = session(command);
      const me = (await api.get<{ user: User }>('/me')).user.username;
      const username = named ?? me;
      if (remove) {
        await api.remove(path`/users/${username}/password`);
        show({ removed: username }, () => `${username} has no password now`);
        return;
      }
      const current =
        username === me && process.stdin.isTTY ? await askHidden('current password, if you have one: ') : '';
      await api.put(path`/users/${username}/password`, {
        password: await newPassword(),
        ...(current !== '' && { current }),
      });
      show({ username }, () => `the password of ${username} is set; other sessions of theirs have ended`);
    });
  user
    .command('sessions <username>')
    .description('where they are signed in')
    .action(async (username: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ sessions: SignInSession[] }>(path`/users/${username}/sessions`), ({ sessions }) =>
        table(
          ['session', 'kind', 'from', 'with', 'seen', 'until'],
          sessions.map(({ id, kind, address, agent, lastSeenAt, endsAt, current }) => [
            id,
            current ? `${kind} (this)` : kind,
            address,
            agent?.slice(0, 40),
            ago(lastSeenAt, Date.now()),
            endsAt,
          ]),
        ),
      );
    });
  user
    .command('sign-out <username> [session]')
    .description('end a session of theirs, or all but the one that asks')
    .action(async (username: string, one: string | undefined, _options, command: Command) => {
      const { api, show } = session(command);
      const all = path`/users/${username}/sessions`;
      await api.remove(one === undefined ? all : `${all}${path`/${one}`}`);
      show({ signedOut: username }, () => `${username} is signed out${one === undefined ? '' : ' of it'}`);
    });
  user
    .command('join <username> <subject>')
    .description('say who they are at the identity provider: what it calls them, the claim `sub`')
    .option('--issuer <url>', 'which provider, where it is not the one that is set up')
    .action(async (username: string, subject: string, { issuer }: { issuer?: string }, command: Command) => {
      const { api, show } = session(command);
      const joined = await api.put<{ issuer: string }>(path`/users/${username}/subject`, {
        subject,
        ...(issuer !== undefined && { issuer }),
      });
      show(joined, () => `${username} is ${subject} at ${joined.issuer}`);
    });
  user
    .command('unjoin <username>')
    .description('take that back, and end their sessions')
    .action(async (username: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/users/${username}/subject`);
      show({ unjoined: username }, () => `${username} is nobody at the identity provider now`);
    });
}
