import type { Command } from 'commander';
import { placeOf } from '../registration/place-of.js';
import { path } from '../server/api-client.js';
import type { User } from './person-shapes.js';
import { session } from '../session.js';
import { fields, table } from '../terminal/table.js';
import { defineUserSignIn } from '../sign-in/user-sign-in.js';
import { makeToken, tokenOptions, type TokenOptions } from './make-token.js';

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
    .description('make somebody known, or a service account')
    .option('--email <address>', 'their e-mail address; a person needs one')
    .option('--name <name>', 'their full name, or what it is for')
    .option('--service', 'a service account: it signs in by tokens alone')
    .action(async (username: string, { email, name, service }: NewUserOptions, command: Command) => {
      if (!email && !service) command.error("error: a person needs '--email <address>'");
      const { api, show } = session(command);
      const user = {
        username,
        ...(email && { email }),
        ...(name && { fullName: name }),
        ...(service && { kind: 'service' }),
      };
      show(await api.post<User>('/users', user), inWords);
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
    .option('--workspace <id>', 'only in this workspace')
    .action(
      async (username: string, adapter: string, { workspace }: { workspace?: string }, command: Command) => {
        const { api, show } = session(command);
        const there = path`/users/${username}/identities/${adapter}`;
        await api.remove(workspace ? `${there}${path`?workspace=${workspace}`}` : there);
        show(
          { unmapped: { username, adapter, ...(workspace && { workspace }) } },
          () => `${username} is nobody in ${placeOf({ adapter, workspace })} now`,
        );
      },
    );
  tokenOptions(
    user
      .command('token <username> <tokenname>')
      .description('make a token for them; it is shown once (see also chasqui token)'),
  ).action(async (username: string, name: string, options: TokenOptions, command: Command) =>
    makeToken(session(command), username, name, options),
  );
  defineUserSignIn(user);
}

interface NewUserOptions {
  readonly email?: string;
  readonly name?: string;
  readonly service?: true;
}

function row(user: User) {
  return [user.username, user.email, user.fullName, user.active ? 'yes' : 'no', user.groups.join(' ')];
}

function inWords(user: User): string {
  return fields({
    username: user.username,
    email: user.email,
    name: user.fullName,
    kind: user.kind === 'service' ? 'service account' : '',
    active: user.active ? 'yes' : 'no',
    groups: user.groups.join(', '),
    chats: user.identities
      .map(({ adapter, workspace, id }) => [adapter, workspace, id].filter(Boolean).join(' '))
      .join(', '),
    subjects: (user.subjects ?? []).map(({ issuer, subject }) => `${subject} at ${issuer}`).join(', '),
    since: user.createdAt,
  });
}
