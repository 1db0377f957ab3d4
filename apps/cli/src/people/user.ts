import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { NewToken, User } from '../server/rest-shapes.js';
import { session } from '../session.js';
import { fields, table } from '../terminal/table.js';
import { expiry } from './expiry.js';

/** `chasqui user …` */
export function define(user: Command): void {
  user
    .command('list')
    .description('list everybody')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ users: User[] }>('/users'), ({ users }) =>
        table(['username', 'email', 'name', 'active', 'groups'], users.map(row)),
      );
    });
  user
    .command('show <username>')
    .description('show one person')
    .action(async (username: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<User>(path`/users/${username}`), inWords);
    });
  user
    .command('create <username>')
    .description('make somebody known')
    .requiredOption('--email <address>', 'their e-mail address')
    .option('--name <name>', 'their full name')
    .action(async (username: string, { email, name }: { email: string; name?: string }, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<User>('/users', { username, email, ...(name && { fullName: name }) }), inWords);
    });
  user
    .command('update <username>')
    .description('change what is given and leave the rest; chat identities stay')
    .option('--email <address>', 'their e-mail address')
    .option('--name <name>', 'their full name')
    .option('--active', 'let them in again')
    .option('--inactive', 'keep them out')
    .action(
      async (
        username: string,
        options: { email?: string; name?: string; active?: true; inactive?: true },
        command: Command,
      ) => {
        const { email, name, active, inactive } = options;
        if (active && inactive) command.error("error: choose one of '--active' and '--inactive'");
        if (!email && name === undefined && !active && !inactive)
          command.error('error: say what to change: --email, --name, --active or --inactive');
        const change = {
          ...(email && { email }),
          ...(name !== undefined && { fullName: name }),
          ...((active ?? inactive) && { active: active === true }),
        };
        const { api, show } = session(command);
        show(await api.patch<User>(path`/users/${username}`, change), inWords);
      },
    );
  user
    .command('delete <username>')
    .description('forget somebody')
    .action(async (username: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/users/${username}`);
      show({ deleted: username }, () => `${username} is deleted`);
    });
  user
    .command('map <username> <adapter> <id>')
    .description("say who they are in a chat: adapter `slack`, and the chat's own id of them")
    .option('--workspace <id>', 'the workspace, where the chat has several')
    .action(
      async (
        username: string,
        adapter: string,
        id: string,
        { workspace }: { workspace?: string },
        command: Command,
      ) => {
        const { api, show } = session(command);
        show(
          await api.put<User>(path`/users/${username}/identities/${adapter}`, {
            id,
            ...(workspace && { workspace }),
          }),
          inWords,
        );
      },
    );
  user
    .command('unmap <username> <adapter>')
    .description('take that back')
    .action(async (username: string, adapter: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/users/${username}/identities/${adapter}`);
      show({ unmapped: { username, adapter } }, () => `${username} is nobody in ${adapter} now`);
    });
  user
    .command('token <username> <tokenname>')
    .description('make a token for them; it is shown once')
    .option('--expires <when>', 'a time from now (12h, 30d) or a date (2027-01-31)')
    .action(async (username: string, name: string, { expires }: { expires?: string }, command: Command) => {
      const { api, show, json } = session(command);
      const expiresAt = expires && expiry(expires, Date.now());
      const made = await api.post<NewToken>(path`/users/${username}/tokens`, {
        name,
        ...(expiresAt && { expiresAt }),
      });
      show(made, ({ token }) => token);
      if (!json)
        process.stderr.write(
          `keep it now, it is not shown again. ${made.expiresAt ? `it ends ${made.expiresAt}` : 'it never ends'}\n`,
        );
    });
}

function row(user: User) {
  return [user.username, user.email, user.fullName, user.active ? 'yes' : 'no', user.groups.join(' ')];
}

function inWords(user: User): string {
  return fields({
    username: user.username,
    email: user.email,
    name: user.fullName,
    active: user.active ? 'yes' : 'no',
    groups: user.groups.join(', '),
    chats: user.identities
      .map(({ adapter, workspace, id }) => [adapter, workspace, id].filter(Boolean).join(' '))
      .join(', '),
    since: user.createdAt,
  });
}
