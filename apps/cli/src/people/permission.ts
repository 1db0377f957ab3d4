import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { table } from '../terminal/table.js';

/** `chasqui permission …` */
export function define(permission: Command): void {
  permission
    .command('list')
    .description('list the permissions that roles can give')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      type Answer = { permissions: Permission[] };
      show(await api.get<Answer>('/permissions'), ({ permissions }) =>
        table(
          ['permission', 'from', 'description'],
          permissions.map(({ name, from, description = '' }) => [name, from, description]),
        ),
      );
    });
  permission
    .command('create <name>')
    .description('make a permission of the site, for rules to ask for: site:oncall')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, { description }: { description?: string }, command: Command) => {
      const { api, show } = session(command);
      const made = await api.post<Permission>('/permissions', { name, ...(description && { description }) });
      show(made, () => `${name} is there; give it to a role: chasqui role grant ROLE ${name}`);
    });
  permission
    .command('delete <name>')
    .description('delete a permission of the site; every role loses it')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/permissions/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
}

interface Permission {
  readonly name: string;
  readonly from: string;
  readonly description?: string;
}
