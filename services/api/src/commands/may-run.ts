import { couldAllow } from '@chasqui/access-rules';
import type { Entry } from './catalogue.js';

/**
 * Whether there is any way of typing this command, anywhere and at any time, that its rules would let this person run: what help lists and
 * did-you-mean may name.
 */
export function mayRun(
  entry: Entry,
  asker: { readonly permissions: ReadonlySet<string>; readonly groups?: readonly string[] },
): boolean {
  return couldAllow(entry.rules, { where: { groups: asker.groups } }, asker.permissions);
}
