import type { Comparison, Operand, Permission, Rule } from './rule.js';
import { isJoined, isNegated, type Tree } from './tree.js';

/** Prints a rule so that it reads back to the same one. */
export function printRule(rule: Rule): string {
  const parts: string[] = [];
  if (rule.command !== undefined) parts.push(rule.command);
  if (rule.condition) parts.push('with', printTree(rule.condition, printComparison));
  parts.push(printOutcome(rule));
  return parts.join(' ');
}

function printOutcome({ needs, deny }: Rule): string {
  if (deny) return 'deny';
  return needs ? `must have ${printTree(needs, (permission: Permission) => permission.name)}` : 'allow';
}

/** Parentheses stand around every `and` and `or` that is inside another or behind `not`, even where they could be left out. */
function printTree<Leaf extends { kind: string }>(
  tree: Tree<Leaf>,
  printLeaf: (leaf: Leaf) => string,
): string {
  const inner = (part: Tree<Leaf>): string =>
    isJoined(part) ? `(${printTree(part, printLeaf)})` : printTree(part, printLeaf);
  if (isJoined(tree)) return tree.of.map(inner).join(` ${tree.kind} `);
  if (isNegated(tree)) return `not ${inner(tree.of)}`;
  return printLeaf(tree);
}

function printComparison({ quantifier, left, operator, right }: Comparison): string {
  return [...(quantifier ? [quantifier] : []), printOperand(left), operator, printOperand(right)].join(' ');
}

/** As a rule writes it. */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'arg':
      return `arg[${operand.index}]`;
    case 'option':
      return `option[${printText(operand.name)}]`;
    case 'args':
      return 'arg';
    case 'options':
      return 'option';
    case 'groups':
      return 'group';
    case 'tag':
      return `relay[${printText(operand.key)}]`;
    case 'fact':
      return operand.name;
    case 'time':
    case 'weekday':
      return `${operand.kind}(${printText(operand.zone)})`;
    case 'list':
      return `[${operand.of.map(printOperand).join(', ')}]`;
    case 'boolean':
      return String(operand.value);
    case 'number':
      return operand.text;
    case 'string':
      return printText(operand.value);
    case 'regex':
      return `/${operand.pattern.replaceAll(/\\[^]|\//g, (piece) => (piece === '/' ? String.raw`\/` : piece))}/`;
  }
}

function printText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
