import { optionsIn, type Comparison, type Operand, type Operator, type Rule } from '@chasqui/access-rules';
import type { ValueDeclaration } from '@chasqui/command-language';
import type { Declared } from './check-declarations.js';
import type { WrittenCommand } from './check-permissions.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { readRule } from './read-rule.js';
import { comparisonsIn } from './rule-trees.js';
import { suggestFew } from './suggest-few.js';
import { whyNever } from './why-never.js';

/** Whether what rules look at is declared, and can ever be what they compare it with. */
export function checkRules({ fields, path }: WrittenCommand, declared: Declared | undefined): Finding[] {
  const rules: readonly unknown[] = Array.isArray(fields['rules']) ? fields['rules'] : [];
  if (!declared) return [];
  return rules.flatMap((text, index): Finding[] => {
    const rule = readRule(text);
    if (!rule) return [];
    const at = [...path, 'rules', index];
    return [
      ...checkOptions(rule, declared, at),
      ...checkArguments(rule, declared, at),
      ...comparisonsIn(rule).flatMap((comparison) => checkComparison(comparison, declared, at)),
    ];
  });
}

function checkOptions(rule: Rule, { options, optionNames }: Declared, path: Path): Finding[] {
  return optionsIn(rule)
    .filter((name) => !optionNames.has(name))
    .map((name) => {
      const long = name.length === 1 ? options.find(({ short }) => short === name)?.name : undefined;
      const facts = { option: name, ...(long ? { suggestion: long } : suggestFew(name, optionNames)) };
      return error('rule-unknown-option', path, facts, { inside: Math.max(0, rule.text.indexOf(name)) });
    });
}

/** A condition on a word that nobody can give would hold for none, and tighten nothing. */
function checkArguments(rule: Rule, { positionals, whole }: Declared, path: Path): Finding[] {
  if (!whole || positionals.at(-1)?.variadic) return [];
  const indices = comparisonsIn(rule).flatMap(({ left, right }) =>
    [left, right].flatMap((operand) => (operand.kind === 'arg' ? [operand.index] : [])),
  );
  return [...new Set(indices)]
    .filter((index) => index >= positionals.length)
    .map((index) =>
      error(
        'rule-unknown-argument',
        path,
        { argument: `arg[${index}]`, count: positionals.length },
        { inside: Math.max(0, rule.text.indexOf('arg')) },
      ),
    );
}

function checkComparison({ left, operator, right }: Comparison, declared: Declared, path: Path): Finding[] {
  return [
    ...checkSides(declarationOf(left, declared), operator, right, path),
    ...checkSides(declarationOf(right, declared), operator, left, path),
  ];
}

function checkSides(
  declaration: ValueDeclaration | undefined,
  operator: Operator,
  other: Operand,
  path: Path,
): Finding[] {
  if (!declaration) return [];
  const literals = other.kind === 'list' ? other.of : [other];
  const never = literals.flatMap((literal) => whyNever(declaration, operator, literal) ?? [])[0];
  if (!never) return [];
  const { name, type } = declaration;
  return [warning('rule-never', path, { name, type, operator, ...never })];
}

function declarationOf(
  operand: Operand,
  { optionByName, positionals }: Declared,
): ValueDeclaration | undefined {
  if (operand.kind === 'option') return optionByName.get(operand.name);
  if (operand.kind !== 'arg') return undefined;
  const last = positionals.at(-1);
  return positionals[operand.index] ?? (last?.variadic ? last : undefined);
}
