import type { Comparison, FactName, Operand, Rule } from './rule.js';
import { leavesOf } from './tree.js';

/** The permissions a rule speaks of, each once, in the order of the text. */
export function permissionsIn(rule: Rule): string[] {
  return rule.needs ? unique(leavesOf(rule.needs).map((permission) => permission.name)) : [];
}

/** The options a rule looks at by name, each once: `option["force"]`, `"force" in option`. */
export function optionsIn(rule: Rule): string[] {
  return unique(
    comparisonsIn(rule).flatMap(({ left, right }) => [
      ...namesOf(left),
      ...namesOf(right),
      ...keysOf(left, right),
    ]),
  );
}

/** What a rule looks at beside the words that were typed. */
export type Surrounding = FactName | 'group' | 'time' | 'weekday';

/** The facts a rule looks at, each once. */
export function surroundingsIn(rule: Rule): Surrounding[] {
  return unique(comparisonsIn(rule).flatMap(({ left, right }) => [left, right].flatMap(surroundingOf)));
}

/**
 * Whether any of these rules looks at the relay, so that they can only be judged for one: at its tags alone, or at its name too. Worked out
 * once for each array, which must not change.
 */
export function looksAtRelay(rules: readonly Rule[]): 'tags' | 'name' | undefined {
  if (!known.has(rules)) known.set(rules, relayLooks(rules));
  return known.get(rules);
}

const known = new WeakMap<readonly Rule[], 'tags' | 'name' | undefined>();

function relayLooks(rules: readonly Rule[]): 'tags' | 'name' | undefined {
  const operands = rules.flatMap(comparisonsIn).flatMap(({ left, right }) => [left, right]);
  if (operands.some((operand) => operand.kind === 'fact' && operand.name === 'relay')) return 'name';
  return operands.some(({ kind }) => kind === 'tag') ? 'tags' : undefined;
}

export function surroundingOf(operand: Operand): Surrounding[] {
  switch (operand.kind) {
    case 'fact':
      return [operand.name];
    case 'tag':
      return ['relay'];
    case 'groups':
      return ['group'];
    case 'time':
    case 'weekday':
      return [operand.kind];
    default:
      return [];
  }
}

export function comparisonsIn(rule: Rule): Comparison[] {
  return rule.condition ? leavesOf(rule.condition) : [];
}

function namesOf(operand: Operand): string[] {
  return operand.kind === 'option' ? [operand.name] : [];
}

function keysOf(left: Operand, right: Operand): string[] {
  return right.kind === 'options' && left.kind === 'string' ? [left.value] : [];
}

function unique<T>(names: readonly T[]): T[] {
  return [...new Set(names)];
}
