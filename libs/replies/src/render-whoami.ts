import { rendered, type Rendered } from './rendered.js';
import { nothingHeld } from './wording/help.js';

/** Who somebody is here: the user behind the chat identity, and what they hold. */
export function renderWhoami(who: {
  readonly username: string;
  readonly email: string;
  readonly groups: readonly string[];
  readonly permissions: Iterable<string>;
}): Rendered {
  const permissions = [...who.permissions].toSorted();
  return rendered('succeeded', [
    {
      kind: 'fields',
      fields: [
        { name: 'user', value: who.username },
        { name: 'e-mail', value: who.email },
        { name: 'groups', value: who.groups.join(', ') || nothingHeld },
        { name: 'permissions', value: permissions.join(', ') || nothingHeld },
      ],
    },
  ]);
}
