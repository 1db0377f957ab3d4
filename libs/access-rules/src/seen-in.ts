import type { Surroundings } from './facts.js';
import { comparisonsIn, surroundingOf } from './names-in.js';
import { printOperand } from './print-rule.js';
import type { Operand, Rule } from './rule.js';
import { clockIn, factIn, groupsIn, tagIn } from './surroundings.js';

/** One fact as rules see it. */
export interface Seen {
  /** As a rule writes it: `channel`, `relay["dc"]`, `time("Europe/Berlin")`. */
  readonly fact: string;
  /** Empty where there is none. */
  readonly values: readonly string[];
}

/** What rules see of where and when, each fact once, in the order of the rules; nothing of the words, and nothing that no rule looks at. */
export function seenIn(rules: readonly Rule[], where: Surroundings | undefined): Seen[] {
  const operands = rules
    .flatMap(comparisonsIn)
    .flatMap(({ left, right }) => [left, right])
    .filter((operand) => surroundingOf(operand).length > 0);
  const byText = new Map(operands.map((operand) => [printOperand(operand), operand]));
  return Array.from(byText, ([fact, operand]) => ({ fact, values: textsOf(operand, where) }));
}

function textsOf(operand: Operand, where: Surroundings | undefined): string[] {
  return valuesOf(operand, where).flatMap(({ text }) => text ?? []);
}

function valuesOf(operand: Operand, where: Surroundings | undefined) {
  switch (operand.kind) {
    case 'fact':
      return factIn(operand.name, where);
    case 'tag':
      return tagIn(operand.key, where);
    case 'groups':
      return groupsIn(where);
    case 'time':
    case 'weekday':
      return [clockIn(operand.kind, operand.zone, where)];
    default:
      return [];
  }
}
