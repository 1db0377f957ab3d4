import type { Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { holdsOn } from '../people/scoped-permission.js';
import type { SitePolicy } from '../site-rules/site-policy.js';

/**
 * Whoever puts a protected tag on a relay, or takes it away, decides which lines go there and who may say them; so they need `relay:tag`,
 * without a limit, or within one whose selector matches a relay of that name with that tag alone.
 * @throws Problem 403 that names the tags
 */
export function mustBeAllowedToTag(
  asker: Pick<Principal, 'permissions' | 'scoped'>,
  relay: string,
  tags: readonly string[],
  policy: SitePolicy,
): void {
  const refused = tags.filter(
    (tag) =>
      policy.protectsTag(tag) && !holdsOn(asker, 'relay:tag', { of: 'relay', what: relay, tags: [tag] }),
  );
  if (refused.length === 0) return;
  const [first] = refused;
  throw new Problem(
    403,
    'protected-tag',
    `${refused.join(', ')}: protected, so that it takes relay:tag to put it on a relay or to take it away; an administrator gives it with "chasqui role grant ROLE relay:tag --relay '${first}'".`,
    { relay, tags: refused, permission: 'relay:tag' },
  );
}
