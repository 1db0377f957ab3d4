import { parseRule, type Rule } from '@chasqui/access-rules';
import type { Bundle } from '@chasqui/bundles';
import { isSelectorFault, parseSelector, printSelector } from '@chasqui/relay-selection';
import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { checkSiteRule, type Installed } from '../site-rules/site-rule-check.js';
import { problems } from '../site-rules/site-rule-problems.js';
import { SitePolicy, type Protection, type SiteRule } from '../site-rules/site-policy.js';
import { Supposition } from './supposition.js';

const text = (longest: number) => oneLine(longest).min(1);

/** A change that nobody has made yet, and the lines that it is to be tried on beside the examples of the commands. */
export const PolicyChange = z.object({
  bundle: z
    .union([
      z.strictObject({ source: z.string().max(1_048_576).describe('a bundle file, YAML') }),
      z.strictObject({ name: text(200), version: text(200) }).describe('an installed version'),
    ])
    .optional()
    .describe('what would be enabled, in the place of the version that is now'),
  disable: text(200).optional().describe('a bundle that would be disabled'),
  addRules: z
    .array(z.strictObject({ name: text(200), on: text(200).optional(), rule: z.string().min(1).max(10_000) }))
    .max(1000)
    .default([])
    .describe('site rules that would be added, or would take the place of those of the same names'),
  removeRules: z.array(text(200)).max(1000).default([]).describe('names of site rules that would be removed'),
  protect: z.array(text(1000)).max(1000).default([]).describe('selectors of relays that would be protected'),
  unprotect: z.array(text(1000)).max(1000).default([]).describe('selectors that would protect no more'),
  lines: z
    .array(Supposition.omit({ user: true, as: true }).strict())
    .max(1000)
    .default([]),
  users: z
    .array(text(200))
    .max(10_000)
    .optional()
    .describe('only these people; everybody if nobody is named'),
});
export type PolicyChange = z.infer<typeof PolicyChange>;

/** What is in force, or would be. */
export interface Policies {
  readonly bundles: readonly Bundle[];
  readonly site: SitePolicy;
}

/**
 * What would be in force with the change. `bundle` is the one that would be enabled, read.
 * @throws Problem 422 for a rule or a selector that cannot be read, 404 for a site rule or a protection that is not there
 */
export function changed(before: Policies, change: PolicyChange, bundle: Bundle | undefined): Policies {
  const kept = before.bundles.filter(({ name }) => name !== bundle?.name && name !== change.disable);
  const { rules, protections, protectedTags, channels } = before.site;
  const gone = [...change.removeRules, ...change.addRules.map(({ name }) => name)];
  const stranger = change.removeRules.find((name) => !rules.some((rule) => rule.name === name));
  if (stranger !== undefined) throw problems.unknownRule(stranger);
  const unprotected = change.unprotect.map((selector) => protection(selector).text);
  const open = unprotected.find((selector) => !protections.some(({ text: its }) => its === selector));
  if (open !== undefined) throw problems.notProtected(open);
  return {
    bundles: bundle ? [...kept, bundle] : kept,
    site: new SitePolicy(
      [...rules.filter(({ name }) => !gone.includes(name)), ...change.addRules.map(siteRule)],
      [...protections.filter((one) => !unprotected.includes(one.text)), ...change.protect.map(protection)],
      protectedTags,
      channels,
    ),
  };
}

function siteRule({ name, ...wanted }: PolicyChange['addRules'][number]): SiteRule {
  const checked = checkSiteRule(wanted, nothingInstalled);
  if ('problem' in checked) throw checked.problem;
  // It was read to check it, and is right.
  return { ...(parseRule(checked.rule) as Rule), from: 'site', name, on: checked.on };
}

/** Warnings are for whoever really adds a rule. */
const nothingInstalled: Installed = { commands: [], permissions: new Set(), groups: new Set() };

function protection(text: string): Protection {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw problems.badSelector(text, selector);
  return { text: printSelector(selector), selector };
}
