import type { Command } from 'commander';
import {
  isRuleFault,
  judge,
  parseRule,
  type Rule,
  type RuleOutcome,
  type Verdict,
} from '@chasqui/access-rules';
import { print } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { readLine } from './read-line.js';
import { unaddressed } from './unaddressed.js';

/** `chasqui rule …` */
export function define(rule: Command): void {
  rule
    .command('test <rules...>')
    .description(
      'tell for each rule whether it holds for a line and is satisfied; exit code 0 if they allow the line, 1 if not',
    )
    .requiredOption('--line <line>', 'the command line, quoted as one word')
    .option(
      '--permission <name>',
      'one that the asker has, for several repeat it',
      (one: string, all: string[]) => [...all, one],
      [],
    )
    .action(
      (texts: string[], { line, permission }: { line: string; permission: string[] }, command: Command) => {
        const [stage] = readLine(unaddressed(line)).stages;
        const rules = texts.map(readRule);
        const verdict = judge(rules, { args: stage!.args, options: stage!.options }, new Set(permission));
        print(command.optsWithGlobals(), verdict, inWords);
        if (verdict.kind === 'denied') throw new Stop('');
      },
    );
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

function inWords(verdict: Verdict): string {
  const rules = verdict.outcomes.map(
    (outcome) => `${mark(outcome)}  ${outcome.rule}${lacking(outcome.missing)}`,
  );
  return [
    ...rules,
    verdict.kind === 'allowed' ? 'allowed' : `refused: ${verdict.reason}${lacking(verdict.missing)}`,
  ].join('\n');
}

function mark({ held, satisfied }: RuleOutcome): string {
  if (!held) return 'does not hold';
  return satisfied ? 'satisfied    ' : 'not satisfied';
}

function lacking(ways: readonly (readonly string[])[] | undefined): string {
  return ways && ways.length > 0 ? ` (lacks ${ways.map((all) => all.join(' and ')).join(', or ')})` : '';
}
