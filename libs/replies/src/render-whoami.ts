import { rendered, type Rendered } from './rendered.js';
import { nothingHeld } from './wording/help.js';

/** Who somebody is here: the user behind the chat identity, and what they hold. */
export function renderWhoami(who: {
  readonly username: string;
  readonly email: string;
  readonly groups: readonly string[];
  readonly permissions: Iterable<string>;
  /** Those that count for one thing only. */
  readonly scoped?: readonly { readonly permission: string; readonly of: string; readonly what: string }[];
}): Rendered {
  const limited = (who.scoped ?? []).map(({ permission, of, what }) => `${permission} (${of} ${what})`);
  const permissions = [...who.permissions, ...limited].toSorted();
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
