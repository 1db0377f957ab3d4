import type { Needs } from './rule.js';
import { isJoined, isNegated, isTrue } from './tree.js';

/** Permissions somebody lacks, all of which would have to be given. */
export type Way = readonly string[];

/** As many ways as anybody would read. */
const mostWays = 20;

/** Whether somebody has what is needed. */
export function isSatisfied(needs: Needs, permissions: ReadonlySet<string>): boolean {
  return isTrue(needs, (permission) => permissions.has(permission.name));
}

/** The ways to have what is needed, shortest first. None, if it is a permission too many that stands in the way. */
export function waysTo(needs: Needs, permissions: ReadonlySet<string>): Way[] {
  const ways = reach(needs, true, permissions);
  return ways.filter((way) => isSatisfied(needs, new Set([...permissions, ...way])));
}

function reach(needs: Needs, wanted: boolean, permissions: ReadonlySet<string>): Way[] {
  if (isNegated(needs)) return reach(needs.of, !wanted, permissions);
  if (!isJoined(needs)) {
    if (permissions.has(needs.name) === wanted) return [[]];
    return wanted ? [[needs.name]] : [];
  }
  const parts = needs.of.map((part) => reach(part, wanted, permissions));
  const all = (needs.kind === 'and') === wanted;
  return all ? parts.reduce(together, [[]]) : shortest(parts.flat());
}

function together(ways: readonly Way[], more: readonly Way[]): Way[] {
  return shortest(ways.flatMap((way) => more.map((other) => [...new Set([...way, ...other])])));
}

/** Each way once, shortest first, without those that ask for more than another does. */
function shortest(ways: readonly Way[]): Way[] {
  const kept: Way[] = [];
  for (const way of ways.map((names) => names.toSorted()).toSorted(byLength)) {
    if (kept.length === mostWays) break;
    if (!kept.some((shorter) => shorter.every((name) => way.includes(name)))) kept.push(way);
  }
  return kept;
}

function byLength(a: Way, b: Way): number {
  if (a.length !== b.length) return a.length - b.length;
  return a.join() < b.join() ? -1 : 1;
}
