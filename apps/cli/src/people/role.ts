import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { Role } from '../server/rest-shapes.js';
import { session } from '../session.js';
import { fields, table } from '../terminal/table.js';
import { each } from './each.js';

/** `chasqui role …` */
export function define(role: Command): void {
  role
    .command('list')
    .description('list the roles')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ roles: Role[] }>('/roles'), ({ roles }) =>
        table(
          ['role', 'permissions'],
          roles.map(({ name, permissions }) => [name, permissions.join(' ')]),
        ),
      );
    });
  role
    .command('show <role>')
    .description('show one role')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Role>(path`/roles/${name}`), inWords);
    });
  role
    .command('create <role>')
    .description('make a role')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<Role>('/roles', { name }), inWords);
    });
  role
    .command('delete <role>')
    .description('delete a role; groups that have it lose it')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/roles/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
  each(
    role,
    'grant <role> <permissions...>',
    'add permissions, written bundle:name',
    'PUT',
    (name, one) => path`/roles/${name}/permissions/${one}`,
  );
  each(
    role,
    'revoke <role> <permissions...>',
    'take permissions away',
    'DELETE',
    (name, one) => path`/roles/${name}/permissions/${one}`,
  );
}

function inWords({ name, permissions }: Role): string {
  return fields({ role: name, permissions: permissions.join(', ') || 'none' });
}
