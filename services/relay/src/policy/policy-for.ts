import type { Order } from '@chasqui/contracts';
import type { Policy } from '../policy.js';
import { isMeant } from './is-like.js';
import { lineOf } from './lines.js';

/** A policy as it holds for one command: with the overrides that mean it, each of which takes the place of what stood before it. */
export interface PolicyFor extends Policy {
  /** The sections that stand in an override, and in which: `images` in `overrides.ops`. */
  readonly overridden: Readonly<Record<string, readonly string[]>>;
}

export function policyFor(policy: Policy, order: Pick<Order, 'bundle' | 'command'>): PolicyFor {
  let result: PolicyFor = { ...policy, overridden: {} };
  for (const [name, part] of Object.entries(policy.overrides)) {
    if (!isMeant(order, name)) continue;
    const here = Object.keys(part).map((section) => [section, ['overrides', name]]);
    result = {
      ...result,
      ...part,
      limits: { ...result.limits, ...part.limits },
      overridden: { ...result.overridden, ...Object.fromEntries(here) },
    };
  }
  return result;
}

/** A sentence of the policy, behind the line that it stands on: `policy line 12: …`. What is not written has none. */
export function saidBy(
  policy: PolicyFor,
  path: readonly [string, ...PropertyKey[]],
  sentence: string,
): string {
  const [section] = path;
  const line = lineOf(policy.lines, [...(policy.overridden[section] ?? []), ...path]);
  return line === undefined ? `policy, ${section}: ${sentence}` : `policy line ${line}: ${sentence}`;
}

/** Names in a sentence, not too many of them. */
export function listed(names: readonly string[], joint: 'and' | 'or' = 'or'): string {
  const shown =
    names.length > mostListed ? [...names.slice(0, mostListed), `${names.length - mostListed} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${joint} ${shown.at(-1)}`;
}

const mostListed = 10;
