import type { Command } from 'commander';
import type { LimitedPermission, User } from './person-shapes.js';
import { session } from '../session.js';
import { fields } from '../terminal/table.js';

interface Me {
  readonly user: User;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly limited?: readonly LimitedPermission[];
  readonly scopes?: readonly string[];
}

/** `chasqui whoami` */
export function define(whoami: Command): void {
  whoami.action(async (_options, command: Command) => {
    const { api, show } = session(command);
    show(await api.get<Me>('/me'), ({ user, groups, roles, permissions, limited = [], scopes }) =>
      fields({
        username: user.username,
        email: user.email,
        groups: groups.join(', ') || 'none',
        roles: roles.join(', ') || 'none',
        permissions:
          [
            ...permissions,
            ...limited.map(({ permission, of, what }) => `${permission} (${of} ${what})`),
          ].join(', ') || 'none',
        'this token': scopes ? `for ${scopes.join(', ')} only` : '',
      }),
    );
  });
}
