import type { Comparison, Condition } from '@chasqui/access-rules';

/**
 * A condition without the parts that Cog itself could decide before anything was typed: it dropped options that are not declared before it
 * looked at rules, so `==` with one never held and `!=` always did; and by a defect `any options in […]` and `all options in […]` never held.
 * `true` and `false` where nothing is left to be decided.
 */
export function settled(condition: Condition, isDeclared: (option: string) => boolean): Condition | boolean {
  if (condition.kind === 'comparison') return known(condition, isDeclared) ?? condition;
  if (condition.kind === 'not') {
    const of = settled(condition.of, isDeclared);
    return typeof of === 'boolean' ? !of : { ...condition, of };
  }
  const isAnd = condition.kind === 'and';
  const parts = condition.of.map((part) => settled(part, isDeclared));
  if (parts.includes(!isAnd)) return !isAnd;
  const open = parts.filter((part) => typeof part !== 'boolean');
  if (open.length === 0) return isAnd;
  return open.length === 1 ? open[0]! : { ...condition, of: open };
}

function known(
  { quantifier, left, operator }: Comparison,
  isDeclared: (option: string) => boolean,
): boolean | undefined {
  if (quantifier && left.kind === 'options' && operator === 'in') return false;
  if (left.kind !== 'option' || isDeclared(left.name)) return undefined;
  return operator === '!=';
}
