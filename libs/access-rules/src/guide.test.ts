import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RuleFacts, RuleOption } from './facts.js';
import { judge } from './judge.js';
import { parseRule } from './parse-rule.js';
import { isRuleFault, type Rule } from './rule.js';

/* What the tables of docs/guide/rules.md, and one of docs/guide/authorization.md, say is so. Their other examples are run by the guide's own test, in services/solo. */

const guide = pageNamed('rules.md');
const overview = pageNamed('authorization.md');

function pageNamed(name: string): string {
  return readFileSync(new URL(`../../../docs/guide/${name}`, import.meta.url), 'utf8');
}

const ruleThat: Readonly<Record<string, string>> = {
  'does not hold': 'with arg[0] == "something else" must have a:everything',
  'is satisfied': 'must have a:something',
  'is not satisfied': 'must have a:everything',
};

it.each(rowsUnder('| one rule | another |'))('%s, %s: %s', (one, another, answer) => {
  const rules = [one!, another!].flatMap((kind) => ruleThat[kind] ?? []);
  expect(rules).toHaveLength(one === 'there is none' ? 0 : 2);
  expect(mayRun(rules)).toBe(answer);
  expect(mayRun(rules.toReversed())).toBe(answer);
});

const othersThat: Readonly<Record<string, readonly string[]>> = {
  'allow it': ['must have a:something'],
  'do not allow it': ['must have a:everything'],
  'there are none': [],
};

it.each(rowsUnder('| a rule that denies | the others |'))(
  'a deny %s, the others %s: %s',
  (denies, others, answer) => {
    const deny = denies === 'holds' ? 'deny' : 'with arg[0] == "something else" deny';
    const rules = [...othersThat[others!]!, deny];
    expect(mayRun(rules)).toBe(answer);
    expect(mayRun(rules.toReversed())).toBe(answer);
  },
);

it.each(rowsUnder("| a bundle's rule says | somebody has |", overview))(
  '%s, has %s, the site adds %s: %s',
  (own, has, adds, so) => {
    const sunday = { now: Date.parse('2026-11-22T12:00:00Z') };
    const facts = { args: ['prod'], options: [], where: sunday };
    const rules = [...spans(own!), ...spans(adds!)];
    expect(mayRun(rules, facts, spans(has!))).toBe(so!.startsWith('runs') ? 'yes' : 'no');
  },
);

it.each(rowsUnder('| A | B | C |'))('A %s, B %s, C %s', (a, b, c, without, grouped) => {
  const [A, B, C] = [a, b, c].map((is) => `arg[0] ${is === 'yes' ? '!=' : '=='} "x"`);
  expect(mayRun([`with ${A} or ${B} and ${C} allow`])).toBe(without);
  expect(mayRun([`with (${A} or ${B}) and ${C} allow`])).toBe(grouped);
});

it.each(rowsUnder('| condition | given |'))('%s of %s: %s', (condition, given, answer) => {
  const words = spans(given!);
  const options = words.filter((word) => word.startsWith('--')).map(optionOf);
  const args = words.filter((word) => !word.startsWith('--'));
  expect(mayRun([`with ${spans(condition!)[0]} allow`], { args, options })).toBe(answer);
});

function mayRun(
  texts: readonly string[],
  facts: RuleFacts = { args: ['go'], options: [] },
  permissions: readonly string[] = ['a:something'],
): 'yes' | 'no' {
  const rules = texts.map((text): Rule => {
    const rule = parseRule(text);
    if (isRuleFault(rule)) throw new Error(`${text}: expected ${rule.expected}`);
    return rule;
  });
  return judge(rules, facts, new Set(permissions)).kind === 'allowed' ? 'yes' : 'no';
}

/** `--name` or `--name=value` */
function optionOf(word: string): RuleOption {
  const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(word)!;
  return { name: name!, ...(value !== undefined && { value }) };
}

/** The texts in backticks. */
function spans(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]*)`/g), ([, text]) => text!);
}

/** The cells of each row of the table whose heading begins like this. */
function rowsUnder(heading: string, page = guide): string[][] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => line.startsWith(heading));
  if (at < 0) throw new Error(`the guide has no table ${heading}`);
  const behind = lines.slice(at + 2);
  const end = behind.findIndex((line) => !line.startsWith('|'));
  return behind.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}
