import { isRuleFault, parseRule, type Rule } from '@chasqui/access-rules';

/** The longest text in one of the small languages (rules, selectors, patterns, examples), in UTF-16 units. */
export const longestText = 4000;

/** A rule as it stands in a file, read; undefined where it cannot be, which is told elsewhere. */
export function readRule(text: unknown): Rule | undefined {
  if (typeof text !== 'string' || text.length > longestText) return undefined;
  const rule = parseRule(text);
  return isRuleFault(rule) ? undefined : rule;
}
