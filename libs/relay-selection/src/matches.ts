import { parseTag } from './parse-tag.js';
import { isSelectorFault, type Requirement, type Selector } from './selector.js';

/** What of a relay a selector looks at. */
export interface Tagged {
  readonly name: string;
  readonly tags: readonly string[];
}

/** Whether all of a selector's requirements hold for a relay. */
export function matches(selector: Selector, relay: Tagged): boolean {
  return selector.requirements.every((requirement) => meets(requirement, relay));
}

/**
 * Whether one requirement holds. A key may have several values: `dc=fra` holds if any of them is `fra`, `dc!=fra` if none is.
 * `!=` and `notin` hold for a relay without the key, as in Kubernetes.
 */
export function meets(requirement: Requirement, relay: Tagged): boolean {
  const values = requirement.key === 'name' ? [relay.name] : tagsOf(relay).get(requirement.key);
  switch (requirement.kind) {
    case 'exists':
      return values !== undefined;
    case 'absent':
      return values === undefined;
    case 'in':
      return values?.some((value) => requirement.values.includes(value)) ?? false;
    case 'notin':
      return !values?.some((value) => requirement.values.includes(value));
  }
}

type TagValues = ReadonlyMap<string, readonly string[]>;

/** Tags change seldom and are looked at for every command: each array is parsed once, for as long as somebody holds it. */
const parsed = new WeakMap<readonly string[], TagValues>();

function tagsOf(relay: Tagged): TagValues {
  let tags = parsed.get(relay.tags);
  if (!tags) parsed.set(relay.tags, (tags = parseTags(relay.tags)));
  return tags;
}

/** Values by key. A tag without a value has the empty one; what is no tag is passed over. */
function parseTags(texts: readonly string[]): TagValues {
  const tags = new Map<string, string[]>();
  for (const text of texts) {
    const tag = parseTag(text);
    if (isSelectorFault(tag)) continue;
    const values = tags.get(tag.key);
    if (values) values.push(tag.value ?? '');
    else tags.set(tag.key, [tag.value ?? '']);
  }
  return tags;
}
