import type { Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { holdsOn } from '../people/scoped-permission.js';
import { protecting, type SitePolicy } from '../site-rules/site-policy.js';

type Tagger = Pick<Principal, 'permissions' | 'scoped'>;

/** A relay with the tags that an operator gave it, or is to give it. */
interface GivenRelay {
  readonly name: string;
  readonly tags: readonly string[];
}

/**
 * Whoever puts a protected tag on a relay, or takes it away, decides which lines go there and who may say them; so they need `relay:tag`,
 * without a limit, or within one whose selector matches a relay of that name with that tag alone.
 * @throws Problem 403 that names the tags
 */
export function mustBeAllowedToTag(
  asker: Tagger,
  relay: string,
  tags: readonly string[],
  policy: SitePolicy,
): void {
  const refused = refusedTags(asker, { name: relay, tags }, policy);
  if (refused.length === 0) return;
  const [first] = refused;
  throw new Problem(
    403,
    'protected-tag',
    `${refused.join(', ')}: protected, so that it takes relay:tag to put it on a relay or to take it away; an administrator gives it with "chasqui role grant ROLE relay:tag --relay '${first}'".`,
    { relay, tags: refused, permission: 'relay:tag' },
  );
}

/**
 * Whoever has a relay's token is that relay: they read what it is ordered and say what came of it. And whoever takes a relay away takes its tags
 * away with it, and may make another of its name. So to make one, to have its token exchanged, to revoke or delete it takes what it takes to put its
 * protected tags on a relay; where it is protected by something else than a tag, by its name say, `relay:tag` for the relay as it is.
 * @throws Problem 403 that names what protects it
 */
export function mustBeAllowedToReplace(asker: Tagger, relay: GivenRelay, policy: SitePolicy): void {
  const { name, tags } = relay;
  const [tag] = refusedTags(asker, relay, policy);
  const by = tag ?? protectedWithoutTag(asker, relay, policy);
  if (by === undefined) return;
  throw new Problem(
    403,
    'protected-relay',
    `${name} is protected by ${by}, so that it takes relay:tag to make it, to exchange its token, to revoke or to delete it; an administrator gives it with "chasqui role grant ROLE relay:tag --relay '${by}'".`,
    {
      relay: name,
      ...(tag !== undefined && { tags: tags.filter((one) => policy.protectsTag(one)) }),
      by,
      permission: 'relay:tag',
    },
  );
}

/** Of these tags those that are protected, and that somebody may not put on this relay. */
function refusedTags(asker: Tagger, { name, tags }: GivenRelay, policy: SitePolicy): readonly string[] {
  const may = (tag: string) => holdsOn(asker, 'relay:tag', { of: 'relay', what: name, tags: [tag] });
  return tags.filter((tag) => policy.protectsTag(tag) && !may(tag));
}

/** What protects a relay that has no protected tag, where that keeps somebody from it. */
function protectedWithoutTag(asker: Tagger, relay: GivenRelay, policy: SitePolicy): string | undefined {
  const { name, tags } = relay;
  if (tags.some((tag) => policy.protectsTag(tag))) return undefined;
  const [over] = protecting(policy.protections, relay);
  return over && !holdsOn(asker, 'relay:tag', { of: 'relay', what: name, tags }) ? over.text : undefined;
}
