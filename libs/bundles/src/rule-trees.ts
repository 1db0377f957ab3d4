import type { Comparison, Condition, Rule } from '@chasqui/access-rules';

/** Every comparison of a rule's condition, in the order of the text. */
export function comparisonsIn(rule: Rule): Comparison[] {
  return rule.condition ? leavesOf(rule.condition) : [];
}

function leavesOf(tree: Condition): Comparison[] {
  if (tree.kind === 'comparison') return [tree];
  return tree.kind === 'not' ? leavesOf(tree.of) : tree.of.flatMap(leavesOf);
}
