import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { fields, table } from '../terminal/table.js';
import { defineGroupClaims } from '../sign-in/group-claims.js';
import { each } from './each.js';

/** `chasqui group …` */
export function define(group: Command): void {
  group
    .command('list')
    .description('list the groups')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ groups: Group[] }>('/groups'), ({ groups }) =>
        table(
          ['group', 'members', 'roles'],
          groups.map(({ name, members, roles }) => [name, members.join(' '), roles.join(' ')]),
        ),
      );
    });
  group
    .command('show <group>')
    .description('show one group')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Group>(path`/groups/${name}`), inWords);
    });
  group
    .command('create <group>')
    .description('make a group')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<Group>('/groups', { name }), inWords);
    });
  group
    .command('delete <group>')
    .description('delete a group; its members stay')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/groups/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
  each(
    group,
    'add <group> <usernames...>',
    'let people in',
    'PUT',
    (name, user) => path`/groups/${name}/members/${user}`,
  );
  each(
    group,
    'remove <group> <usernames...>',
    'let people out',
    'DELETE',
    (name, user) => path`/groups/${name}/members/${user}`,
  );
  each(
    group,
    'grant <group> <roles...>',
    'give its members roles',
    'PUT',
    (name, role) => path`/groups/${name}/roles/${role}`,
  );
  each(
    group,
    'revoke <group> <roles...>',
    'take roles away',
    'DELETE',
    (name, role) => path`/groups/${name}/roles/${role}`,
  );
  defineGroupClaims(group);
}

function inWords({ name, members, roles }: Group): string {
  return fields({ group: name, members: members.join(', ') || 'nobody', roles: roles.join(', ') || 'none' });
}

interface Group {
  readonly name: string;
  readonly members: readonly string[];
  readonly roles: readonly string[];
}
