import type { Command } from 'commander';
import { session } from '../session.js';
import { table } from '../terminal/table.js';

/** `chasqui permission list` */
export function define(permission: Command): void {
  permission
    .command('list')
    .description('list the permissions that roles can give')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      type Answer = { permissions: { name: string; from: string }[] };
      show(await api.get<Answer>('/permissions'), ({ permissions }) =>
        table(
          ['permission', 'from'],
          permissions.map(({ name, from }) => [name, from]),
        ),
      );
    });
}
