import type { Command } from 'commander';
import {
  isRuleFault,
  judge,
  parseRule,
  seenIn,
  type Denied,
  type Rule,
  type RuleFacts,
  type RuleOption,
  type RuleOutcome,
  type Seen,
  type Verdict,
} from '@chasqui/access-rules';
import { refusal, type Refusal } from '@chasqui/contracts';
import { sentence } from '@chasqui/replies';
import { print } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { judgedLine, judgedLineIn } from './judged-line.js';
import { defineSiteRules } from '../rules/site-rules.js';
import { unaddressed } from './unaddressed.js';
import { whereOf, withWhere, type WhereOptions } from './where-options.js';

interface TestOptions extends WhereOptions {
  readonly line: string;
  readonly bundle?: string;
  readonly permission: readonly string[];
}

/** `chasqui rule …` */
export function define(rule: Command): void {
  const test = rule
    .command('test [rules...]')
    .description(
      'tell for each rule whether it holds for a line and is satisfied; exit code 0 if they allow the line, 1 if not',
    )
    .requiredOption('--line <line>', 'the command line, quoted as one word')
    .option('--bundle <file>', 'the bundle of the command: what it declares, and its rules if none are given')
    .option(
      '--permission <name>',
      'one that the asker has, for several repeat it',
      (one: string, all: string[]) => [...all, one],
      [],
    );
  withWhere(test).action(async (texts: string[], options: TestOptions, command: Command) => {
    const { facts, seen, verdict, refused } = await tried(texts, options);
    print(command.optsWithGlobals(), { ...verdict, facts, ...(refused && { message: refused }) }, () =>
      [
        `seen           ${inWords(facts)}`,
        ...seen.map(
          ({ fact, values }) => `seen           ${fact} is ${values.map(quoted).join(' ') || 'nothing'}`,
        ),
        ...verdict.outcomes.map(outcomeLine),
        refused === undefined ? 'allowed' : `refused: ${refused}`,
      ].join('\n'),
    );
    if (refused !== undefined) throw new Stop('');
  });
  defineSiteRules(rule);
}

interface Tried {
  readonly facts: RuleFacts;
  /** What the rules look at of where and when. */
  readonly seen: readonly Seen[];
  readonly verdict: Verdict;
  /** What somebody who says the line is told. */
  readonly refused?: string;
}

async function tried(texts: readonly string[], options: TestOptions): Promise<Tried> {
  const { line, bundle, permission } = options;
  if (texts.length === 0 && bundle === undefined) {
    throw new Stop(
      'which rules? write them behind "test", or name a bundle file with --bundle',
      exitCodes.usage,
    );
  }
  const text = unaddressed(line);
  const judged = bundle === undefined ? judgedLine(text) : await judgedLineIn(bundle, text);
  const rules = texts.length > 0 ? texts.map(readRule) : judged.rules;
  const facts = { ...judged.facts, where: whereOf(options) };
  const verdict = judge(rules, facts, new Set(permission));
  const seen = seenIn(rules, facts.where);
  if (verdict.kind === 'allowed') return { facts, seen, verdict };
  return { facts, seen, verdict, refused: sentence(refusalOf(judged.command, verdict)) };
}

function readRule(text: string): Rule {
  const rule = parseRule(text);
  if (!isRuleFault(rule)) return rule;
  const { position, expected, found } = rule;
  throw new Stop(
    `${text}\n${' '.repeat('chasqui: '.length + position)}^ expected ${expected}, not ${found}`,
    exitCodes.usage,
  );
}

function refusalOf(command: string, verdict: Denied): Refusal {
  const { missing, unsure, outcomes } = verdict;
  switch (verdict.reason) {
    case 'no-rules':
      return refusal('no-rules', { command });
    case 'repeated-option':
      return refusal('repeated-option', { command, name: verdict.option });
    case 'no-rule-holds':
      return refusal('no-rule-holds', { command, rules: outcomes.map(({ rule }) => rule), unsure });
    case 'denied':
      return refusal('denied-by-rule', { command, rule: unsatisfied(outcomes), unsure });
    case 'missing-permission':
      return refusal('not-allowed', {
        command,
        missing,
        rule: unsatisfied(outcomes),
        unsure,
      });
  }
}

function unsatisfied(outcomes: readonly RuleOutcome[]): string | undefined {
  return outcomes.find(({ held, satisfied }) => held && !satisfied)?.rule;
}

function outcomeLine(outcome: RuleOutcome): string {
  return `${mark(outcome)}  ${outcome.rule}${lacking(outcome.missing)}`;
}

function mark({ held, satisfied }: RuleOutcome): string {
  if (!held) return 'does not hold';
  return satisfied ? 'satisfied    ' : 'not satisfied';
}

function lacking(ways: readonly (readonly string[])[] | undefined): string {
  return ways && ways.length > 0 ? ` (lacks ${ways.map((all) => all.join(' and ')).join(', or ')})` : '';
}

/** What the rules looked at. */
function inWords({ args, options }: RuleFacts): string {
  const seen = [
    ...args.map((arg, index) => `arg[${index}] is ${typeof arg === 'string' ? quoted(arg) : eachOf(arg)}`),
    ...options.map((option) => `option[${quoted(option.name)}] is ${optionInWords(option)}`),
  ];
  return seen.length > 0 ? seen.join(', ') : 'neither arguments nor options';
}

function optionInWords({ value, values, next, unsure }: RuleOption): string {
  const one = value === undefined ? `on${next === undefined ? '' : `, or ${quoted(next)}`}` : quoted(value);
  return `${values ? eachOf(values) : one}${unsure ? ', or is not one' : ''}`;
}

function eachOf(items: readonly string[]): string {
  return `each of ${items.map(quoted).join(' ')}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
