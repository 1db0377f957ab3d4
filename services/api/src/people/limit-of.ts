import { isSelectorFault, parseSelector, printSelector } from '@chasqui/relay-selection';
import { limitable, type BuiltInPermission } from './built-in-permissions.js';
import type { Grant } from './grant-only-what-you-hold.js';
import { problems } from './problems.js';
import { limitKinds } from './scoped-permission.js';
import type { LimitQuery } from './shapes.js';

/**
 * A permission and what it is to be limited to, in the form in which it is kept: selectors have one text each.
 * @throws Problem 422 for a limit that nothing would ever look at
 */
export function limitOf(permission: string, query: LimitQuery): Grant {
  const [of, ...more] = limitKinds.filter((kind) => query[kind] !== undefined);
  if (of === undefined) return { permission };
  if (more.length > 0) throw problems.severalLimits();
  const kinds = kindsOf(permission);
  if (!kinds.includes(of)) throw problems.noSuchLimit(permission, of, kinds);
  const what = query[of]!;
  return { permission, of, what: of === 'relay' ? canonical(what) : named(of, what) };
}

/** What a permission can be limited to. Applications are to come, and may have any. */
function kindsOf(permission: string) {
  return [...(limitable[permission as BuiltInPermission] ?? []), 'application' as const];
}

function canonical(text: string): string {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw problems.badLimit('selector of relays', text, selector.expected);
  const printed = printSelector(selector);
  if (printed === '') throw problems.badLimit('selector of relays', text, 'a requirement, like env=prod');
  return printed;
}

function named(of: 'bundle' | 'application', what: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(what)) return what;
  throw problems.badLimit(of, what, 'a name of letters, digits, dots, dashes and underscores');
}
