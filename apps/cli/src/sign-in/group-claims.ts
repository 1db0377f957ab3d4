import type { Command } from 'commander';
import { each } from '../people/each.js';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { table } from '../terminal/table.js';

interface GroupClaim {
  readonly claim: string;
  readonly group: string;
  readonly from: string;
}

/** `chasqui group claims`, `claim` and `unclaim`: which groups of the identity provider stand for which of ours. */
export function defineGroupClaims(group: Command): void {
  group
    .command('claims')
    .description('which groups of the identity provider stand for which groups')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ claims: GroupClaim[] }>('/group-claims'), ({ claims }) =>
        table(
          ['claim', 'group', 'said by'],
          claims.map(({ claim, group: name, from }) => [claim, name, from]),
        ),
      );
    });
  each(
    group,
    'claim <group> <claims...>',
    'let those in who are in these groups of the identity provider',
    'PUT',
    (name, claim) => path`/groups/${name}/claims/${claim}`,
  );
  each(
    group,
    'unclaim <group> <claims...>',
    'take that back',
    'DELETE',
    (name, claim) => path`/groups/${name}/claims/${claim}`,
  );
}
