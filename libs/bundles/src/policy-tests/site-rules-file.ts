import { z } from 'zod';
import { nonEmpty, rule, selector } from '../checked-values.js';
import type { Fault } from '../fault.js';
import { fitShape } from '../read-shape.js';
import { readYamlTree } from '../yaml-tree.js';

/** A file of site rules: what operators lay down for the whole site, to be tried before it is laid down. */
export const SiteRulesFile = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        name: nonEmpty.describe('The name of the rule.'),
        on: nonEmpty
          .describe(
            'Which commands it is for: `ops:restart`, `ops:*`, `*`. Not needed where the rule names one.',
          )
          .optional(),
        rule: rule.describe('The rule.'),
      }),
    )
    .default([]),
  protected: z
    .array(selector)
    .describe('Selectors of relays that only those may use who have `relay:use` for them.')
    .default([]),
});
export type SiteRulesFile = z.infer<typeof SiteRulesFile>;

/** Reads a file of site rules, or tells every fault in it. Never throws, whatever the text. */
export function readSiteRules(text: string): {
  readonly site?: SiteRulesFile;
  readonly faults: readonly Fault[];
} {
  const { root, findings, typed, locate } = readYamlTree(text);
  if (!root) return { faults: locate(findings) };
  const shape = fitShape(SiteRulesFile, root, typed);
  const all = [...findings, ...shape.findings];
  const isRight = shape.fitting && !all.some(({ severity }) => severity === 'error');
  return { ...(isRight && { site: shape.fitting }), faults: locate(all) };
}
