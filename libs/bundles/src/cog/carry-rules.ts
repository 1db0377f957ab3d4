import {
  isRuleFault,
  parseRule,
  printRule,
  type Condition,
  type Needs,
  type Rule,
} from '@chasqui/access-rules';
import { longestText } from '../read-rule.js';
import type { CarriedPermissions } from './carry-permissions.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import type { ReadCogRule, ReadCogRules } from './read-cog-rules.js';
import { givingWay, ruleDifferences, type RuleDifference } from './rule-differences.js';
import type { WrittenList } from './written-yaml.js';

interface Carried {
  readonly source: CogSource;
  readonly rule: Rule;
  readonly notes: readonly CogNote[];
}

/**
 * The rules in our language. Those of one condition become one, because in Cog one of them was enough. What cannot be carried over is
 * replaced by a permission that nobody has: a rule that is merely left out would open what it closed.
 */
export function carryRules(
  command: CogSource,
  { rules: read, unread, dead }: ReadCogRules,
  permissions: CarriedPermissions,
  optionName: (old: string) => string,
): WrittenList {
  const closed = [...unread];
  const carried = read.flatMap((one): Carried[] => {
    const rule = renamed(one, permissions, optionName);
    if ('source' in rule) return [rule];
    closed.push(rule);
    return [];
  });
  if (carried.length === 0 && closed.length === 0)
    closed.push(command.noteKey('no-rules', { command: command.path.at(-1) }));
  const rules = merged(carried);
  const differences = ruleDifferences(rules.map(({ rule }) => rule));
  const items: WrittenList['items'] = rules.map(({ source, rule, notes }, at) => {
    const told = differences.filter((difference) => difference.at === at).map((one) => differing(one, rules));
    return { value: shown(rule), from: source.path, notes: [...(at === 0 ? dead : []), ...notes, ...told] };
  });
  if (closed.length === 0) return { kind: 'list', items };
  const notes = [...(items.length === 0 ? dead : []), ...closed];
  const locked = { value: `must have ${permissions.invent('not-converted', [])}`, notes };
  return { kind: 'list', items: [...items, locked] };
}

/** Longer than this it is cut where it is told, and half a rule helps nobody. */
const mostShown = 190;

function differing({ kind, at, others }: RuleDifference, rules: readonly Carried[]): CogNote {
  const { source, rule } = rules[at]!;
  const other = others.map((index) => rules[index]!.rule);
  const facts = { rule: shown(rule), others: other.map(shown) };
  if (kind === 'tie') return source.note('rule-tie', facts);
  const instead = shown(givingWay(rule, other));
  return source.note('rule-stricter', { ...facts, ...(instead.length <= mostShown && { instead }) });
}

/** The rule under the new names, or the remark that it cannot be said here. */
function renamed(
  { source, text, condition, needs, notes }: ReadCogRule,
  permissions: CarriedPermissions,
  optionName: (old: string) => string,
): Carried | CogNote {
  const more: CogNote[] = [];
  const inNeeds = (tree: Needs): Needs => {
    if (tree.kind === 'not') return { ...tree, of: inNeeds(tree.of) };
    if (tree.kind !== 'permission') return { ...tree, of: tree.of.map(inNeeds) };
    const inside = Math.max(0, text.indexOf(tree.name));
    const { name, notes: told } = permissions.fullName(tree.name, source, inside);
    more.push(...told);
    return { ...tree, name };
  };
  const inCondition = (tree: Condition): Condition => {
    if (tree.kind === 'not') return { ...tree, of: inCondition(tree.of) };
    if (tree.kind !== 'comparison') return { ...tree, of: tree.of.map(inCondition) };
    const { left } = tree;
    return left.kind === 'option' ? { ...tree, left: { ...left, name: optionName(left.name) } } : tree;
  };
  const rule: Rule = {
    text,
    ...(condition && { condition: inCondition(condition) }),
    ...(needs && { needs: inNeeds(needs) }),
  };
  const made = printRule(rule);
  const again = parseRule(made);
  if (made.length <= longestText && !isRuleFault(again)) return { source, rule, notes: [...notes, ...more] };
  const [expected, found] = isRuleFault(again)
    ? [again.expected, again.found]
    : [`${longestText} characters`, 'more'];
  return source.note('bad-rule', { rule: text, expected, found });
}

function merged(rules: readonly Carried[]): Carried[] {
  const groups = Map.groupBy(rules, ({ rule }) => printRule({ ...rule, needs: undefined }));
  return [...groups.values()].map((group) => {
    const { source, rule } = group[0]!;
    const notes = group.flatMap((one) => one.notes);
    const byText = new Map(
      group.map((one) => [printRule({ text: '', needs: one.rule.needs }), one.rule.needs]),
    );
    const different = [...byText.values()];
    if (different.length === 1) return { source, rule, notes };
    const open = different.includes(undefined);
    const note = source.note('rules-merged', { rules: group.map((one) => shown(one.rule)), open });
    const needs = open ? undefined : { kind: 'or' as const, of: different as Needs[] };
    return { source, rule: { ...rule, needs }, notes: [...notes, note] };
  });
}

function shown(rule: Rule): string {
  return printRule({ ...rule, command: undefined });
}
