import { isSelectorFault, matches, parseSelector, type Selector } from '@chasqui/relay-selection';

/** The kinds of thing that a permission may be limited to. */
export const limitKinds = ['bundle', 'relay', 'application'] as const;
export type LimitKind = (typeof limitKinds)[number];

/**
 * A permission that counts for some things only. `what` is the name of a bundle or an application, or, of relays, a selector: it counts for
 * every relay that the selector matches.
 */
export interface ScopedPermission {
  readonly permission: string;
  readonly of: LimitKind;
  readonly what: string;
}

/** One thing that somebody wants to do something with. A relay has tags beside its name. */
export type Thing =
  | { readonly of: 'bundle' | 'application'; readonly what: string }
  | { readonly of: 'relay'; readonly what: string; readonly tags: readonly string[] };

/** Whoever holds permissions: a principal, or who asks for a command. */
export interface Holder {
  readonly permissions: readonly string[] | ReadonlySet<string>;
  readonly scoped: readonly ScopedPermission[];
}

/** Whether somebody holds a permission for one thing: without a limit, or within one that the thing is in. */
export function holdsOn(holder: Holder, permission: string, thing: Thing): boolean {
  return (
    holdsEverywhere(holder, permission) ||
    holder.scoped.some((one) => one.permission === permission && countsFor(one, thing))
  );
}

export function holdsEverywhere({ permissions }: Holder, permission: string): boolean {
  return 'has' in permissions ? permissions.has(permission) : permissions.includes(permission);
}

/** Whether a limit includes a thing. A selector that cannot be read includes nothing. */
function countsFor(limit: Pick<ScopedPermission, 'of' | 'what'>, thing: Thing): boolean {
  if (limit.of !== thing.of) return false;
  if (thing.of !== 'relay') return limit.what === thing.what;
  const selector = selectorOf(limit.what);
  return selector !== undefined && matches(selector, { name: thing.what, tags: thing.tags });
}

/** `chasqui:manage-bundles of bundle ops`, as people read it. */
export function printScoped({ permission, of, what }: ScopedPermission): string {
  return `${permission} of ${of} ${what}`;
}

/** Limits are few and looked at often, so each text is read once. */
const read = new Map<string, Selector | undefined>();

function selectorOf(text: string): Selector | undefined {
  if (read.size > 1_000) read.clear();
  if (!read.has(text)) {
    const selector = parseSelector(text);
    read.set(text, isSelectorFault(selector) ? undefined : selector);
  }
  return read.get(text);
}
