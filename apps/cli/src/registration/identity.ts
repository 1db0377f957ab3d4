import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { IdentityOfUser, JoinedIdentity } from './identity-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';
import { placeOf } from './place-of.js';

/** `chasqui identity …` */
export function define(identity: Command): void {
  identity
    .command('list')
    .description('list who you are in the chats')
    .option('--all', 'who everybody is (needs chasqui:read-users)')
    .action(async ({ all }: { all?: true }, command: Command) => {
      const { api, show } = session(command);
      if (all)
        return show(await api.get<{ identities: IdentityOfUser[] }>('/identities'), ({ identities }) =>
          table(
            ['user', ...columns],
            identities.map((one) => [one.username, ...row(one)]),
          ),
        );
      show(await api.get<{ identities: JoinedIdentity[] }>('/me/identities'), ({ identities }) =>
        table(columns, identities.map(row)),
      );
    });
  identity
    .command('remove <adapter>')
    .description('stop being somebody in a chat')
    .option('--workspace <id>', 'only there; without it, wherever the adapter goes')
    .option('--user <username>', 'somebody else (needs chasqui:manage-users)')
    .action(
      async (
        adapter: string,
        { workspace, user }: { workspace?: string; user?: string },
        command: Command,
      ) => {
        const { api, show } = session(command);
        const whose =
          user === undefined ? path`/me/identities/${adapter}` : path`/users/${user}/identities/${adapter}`;
        await api.remove(whose + (workspace === undefined ? '' : path`?workspace=${workspace}`));
        show(
          { removed: { adapter, ...(workspace && { workspace }), ...(user && { user }) } },
          () => `${user ?? 'you'} ${user ? 'is' : 'are'} nobody in ${placeOf({ adapter, workspace })} now`,
        );
      },
    );
}

const columns = ['chat', 'id', 'joined', 'by'];

function row({ id, joinedAt, joinedBy, ...place }: JoinedIdentity): string[] {
  return [placeOf(place), id, `${ago(joinedAt, Date.now())} ago`, joinedBy];
}
