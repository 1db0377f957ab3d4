import type { Comparison, Literal, Needs, Operand, Rule } from '@chasqui/access-rules';
import { comparisonsIn } from './read-cog-rules.js';

/**
 * Where rules say something else here than they did in Cog. Cog took the most specific rule that held (the one whose condition looks at the
 * most arguments and options), and of several equally specific ones the most generous; here every rule that holds must be satisfied. So
 * what differs is always stricter here.
 */
export interface RuleDifference {
  /** `stricter`: the rule `at` must be satisfied even where the more specific `others` hold. `tie`: one of them was enough. */
  readonly kind: 'stricter' | 'tie';
  readonly at: number;
  readonly others: readonly number[];
}

/** Nobody reads more, and all rules are compared with all. */
const mostRules = 30;

export function ruleDifferences(all: readonly Rule[]): RuleDifference[] {
  const rules = all.slice(0, mostRules);
  return rules.flatMap((rule, at): RuleDifference[] => {
    const meeting = rules.flatMap((other, index) => (other !== rule && canMeet(rule, other) ? [index] : []));
    const above = meeting.filter(
      (index) => score(rules[index]!) > score(rule) && !implies(rules[index]!, rule),
    );
    const beside = meeting.filter(
      (index) =>
        index > at &&
        score(rules[index]!) === score(rule) &&
        !(implies(rules[index]!, rule) && implies(rule, rules[index]!)),
    );
    return [
      ...(above.length > 0 ? [{ kind: 'stricter', at, others: above } as const] : []),
      ...(beside.length > 0 ? [{ kind: 'tie', at, others: beside } as const] : []),
    ];
  });
}

/** The rule as it would have to be written so that it gives way to more specific ones. */
export function givingWay(rule: Rule, others: readonly Rule[]): Rule {
  const not = others.flatMap(({ condition }) => (condition ? [{ kind: 'not', of: condition } as const] : []));
  const of = [...(rule.condition ? [rule.condition] : []), ...not];
  return { ...rule, condition: of.length === 1 ? of[0]! : { kind: 'and', of } };
}

/** How many arguments and options a rule looks at. */
function score({ condition }: Rule): number {
  return condition ? new Set(comparisonsIn(condition).flatMap(subjects)).size : 0;
}

function subjects({ left, right }: Comparison): string[] {
  return [left, right].flatMap((operand) => subject(operand) ?? []);
}

function subject(operand: Operand): string | undefined {
  switch (operand.kind) {
    case 'arg':
      return `arg ${operand.index}`;
    case 'option':
      return `option ${operand.name}`;
    case 'args':
    case 'options':
      return operand.kind;
    default:
      return undefined;
  }
}

/** Whether both can hold at once, as far as can be told: not if one argument or option would have to be two things. */
function canMeet(a: Rule, b: Rule): boolean {
  const others = fixedIn(b);
  return !fixedIn(a).some(({ name, values }) =>
    others.some((other) => other.name === name && !values.some((value) => other.values.includes(value))),
  );
}

/** What arguments and options must be for the rule to hold: `==` and `in` that are not part of an `or`. */
function fixedIn({ condition }: Rule): { name: string; values: readonly string[] }[] {
  const parts = condition === undefined ? [] : condition.kind === 'and' ? condition.of : [condition];
  return parts.flatMap((part) => {
    if (part.kind !== 'comparison' || part.quantifier) return [];
    const { left, operator, right } = part;
    const name = subject(left);
    const literals = right.kind === 'list' ? right.of : [right];
    if (name === undefined || (operator !== '==' && operator !== 'in')) return [];
    const values = literals.flatMap((literal) => textOf(literal) ?? []);
    return values.length === literals.length ? [{ name, values }] : [];
  });
}

function textOf(operand: Operand | Literal): string | undefined {
  if (operand.kind === 'string' || operand.kind === 'boolean') return String(operand.value);
  return operand.kind === 'number' ? String(Number(operand.text)) : undefined;
}

/** Beyond so many permissions nobody works it out. */
const mostNames = 6;

/** Whether everybody who satisfies `a` also satisfies `b`. */
function implies(a: Rule, b: Rule): boolean {
  if (!b.needs) return true;
  const names = [...new Set([...namesIn(a.needs), ...namesIn(b.needs)])];
  if (names.length > mostNames) return false;
  for (let set = 0; set < 2 ** names.length; set++) {
    const has = (name: string) => (set & (1 << names.indexOf(name))) !== 0;
    if (satisfied(a.needs, has) && !satisfied(b.needs, has)) return false;
  }
  return true;
}

function namesIn(needs: Needs | undefined): string[] {
  if (!needs) return [];
  return needs.kind === 'permission' ? [needs.name] : [needs.of].flat().flatMap(namesIn);
}

function satisfied(needs: Needs | undefined, has: (name: string) => boolean): boolean {
  if (!needs) return true;
  switch (needs.kind) {
    case 'permission':
      return has(needs.name);
    case 'not':
      return !satisfied(needs.of, has);
    case 'and':
      return needs.of.every((one) => satisfied(one, has));
    case 'or':
      return needs.of.some((one) => satisfied(one, has));
  }
}
