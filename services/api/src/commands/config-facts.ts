import type { ConfigFacts } from '../configuration/resolve.js';

/** Whose configuration holds for what somebody runs in a room. */
export function configFacts(
  asker: { readonly id: string; readonly groups: readonly string[] },
  channel: string,
): ConfigFacts {
  return { userId: asker.id, groups: asker.groups, channel };
}
