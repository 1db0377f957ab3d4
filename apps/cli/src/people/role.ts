import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { LimitedPermission } from './person-shapes.js';
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
          roles.map(({ name, permissions, limited = [] }) => [
            name,
            [
              ...permissions,
              ...limited.map(({ permission, of, what }) => `${permission}(${of} ${what})`),
            ].join(' '),
          ]),
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
  limits(
    each(role, 'grant <role> <permissions...>', 'add permissions, written bundle:name', 'PUT', place),
    'only for',
  );
  limits(
    each(role, 'revoke <role> <permissions...>', 'take permissions away', 'DELETE', place),
    'the one only for',
  );
}

/** A permission of a role, everywhere or for one thing. */
function place(role: string, permission: string, options: Record<string, string>): string {
  const query = new URLSearchParams();
  for (const of of limitKinds) if (options[of] !== undefined) query.set(of, options[of]);
  const limit = query.toString();
  return path`/roles/${role}/permissions/${permission}` + (limit && `?${limit}`);
}

const limitKinds = ['bundle', 'relay', 'application'] as const;

function limits(command: Command, only: string): void {
  command
    .option('--bundle <name>', `${only} this bundle`)
    .option('--relay <selector>', `${only} relays that this matches: env=prod, name=fra-1`)
    .option('--application <name>', `${only} this application`);
}

function inWords({ name, permissions, limited = [] }: Role): string {
  const all = [...permissions, ...limited.map(({ permission, of, what }) => `${permission} (${of} ${what})`)];
  return fields({ role: name, permissions: all.join(', ') || 'none' });
}

interface Role {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly limited?: readonly LimitedPermission[];
}
