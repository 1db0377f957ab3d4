import type { Comparison, Operand, Rule } from './rule.js';
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

export function comparisonsIn(rule: Rule): Comparison[] {
  return rule.condition ? leavesOf(rule.condition) : [];
}

function namesOf(operand: Operand): string[] {
  return operand.kind === 'option' ? [operand.name] : [];
}

function keysOf(left: Operand, right: Operand): string[] {
  return right.kind === 'options' && left.kind === 'string' ? [left.value] : [];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
