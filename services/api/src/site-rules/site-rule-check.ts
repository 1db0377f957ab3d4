import {
  isRuleFault,
  optionsIn,
  parseRule,
  permissionsIn,
  type Condition,
  type Operand,
  type Rule,
} from '@chasqui/access-rules';
import { suggest } from '@chasqui/command-language';
import { problems } from './site-rule-problems.js';
import type { Problem } from '../http/problem.js';
import { isFor } from './site-policy.js';

/** A rule as somebody wants it. */
export interface WantedSiteRule {
  /** Which commands it is for; what the rule itself names where it is not said. */
  readonly on?: string;
  /** For which it was before, where it is changed. */
  readonly before?: string;
  readonly rule: string;
}

/** What there is already that a rule may speak of. */
export interface Installed {
  readonly commands: readonly {
    readonly fullName: string;
    /** Undefined where it declares nothing and takes any. */
    readonly options?: ReadonlySet<string>;
  }[];
  readonly permissions: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** A rule that can be added, or why not. */
export type Checked =
  | { readonly on: string; readonly rule: string; readonly warnings: readonly string[] }
  | { readonly problem: Problem };

/** Checks a site rule against what is installed now. What may be installed later is only a warning. Pure. */
export function checkSiteRule(wanted: WantedSiteRule, installed: Installed): Checked {
  const rule = parseRule(wanted.rule);
  if (isRuleFault(rule)) return { problem: problems.badRule(wanted.rule, rule) };
  const on = wanted.on ?? rule.command ?? wanted.before;
  if (on === undefined) return { problem: problems.forWhich() };
  if (rule.command !== undefined && rule.command !== on)
    return { problem: problems.otherCommand(rule.command, on) };
  return { on, rule: rule.text, warnings: warningsOf(rule, on, installed) };
}

function warningsOf(rule: Rule, on: string, installed: Installed): string[] {
  const commands = installed.commands.filter(({ fullName }) => isFor(on, fullName));
  return [
    ...(commands.length === 0 ? [unknownCommand(on, installed)] : unknownOptions(rule, commands)),
    ...permissionsIn(rule)
      .filter((name) => !installed.permissions.has(name))
      .map(
        (name) =>
          `there is no permission ${name}${meant(name, installed.permissions)}, so nobody can have it`,
      ),
    ...groupsIn(rule.condition)
      .filter((name) => !installed.groups.has(name))
      .map((name) => `there is no group ${name}${meant(name, installed.groups)}, so nobody is in it`),
    ...(rule.needs || rule.deny
      ? []
      : [
          'it only allows: it opens its commands to everybody where no other rule of theirs holds, and tightens nothing',
        ]),
  ];
}

function unknownCommand(on: string, { commands }: Installed): string {
  const names = new Set(commands.map(({ fullName }) => fullName));
  return `no enabled bundle has a command that ${on} is for${meant(on, names)}; the rule counts as soon as one has`;
}

/** An option that no command of the rule's takes: the comparison says nothing. */
function unknownOptions(rule: Rule, commands: Installed['commands']): string[] {
  const taken = commands.map(({ options }) => options);
  if (taken.includes(undefined)) return [];
  const all = new Set(taken.flatMap((options) => [...options!]));
  const whose = commands.length === 1 ? commands[0]!.fullName : 'no command it is for';
  return optionsIn(rule)
    .filter((name) => !all.has(name))
    .map(
      (name) =>
        `${whose} ${commands.length === 1 ? 'does not declare' : 'declares'} the option ${name}${meant(name, all)}, so it is never there`,
    );
}

/** Groups that a condition names by a text. */
function groupsIn(condition: Condition | undefined): string[] {
  if (!condition) return [];
  if (condition.kind === 'not') return groupsIn(condition.of);
  if (condition.kind !== 'comparison') return condition.of.flatMap(groupsIn);
  const { left, right } = condition;
  const others = left.kind === 'groups' ? [right] : right.kind === 'groups' ? [left] : [];
  return others
    .flatMap((operand): readonly Operand[] => (operand.kind === 'list' ? operand.of : [operand]))
    .flatMap((operand) => (operand.kind === 'string' ? [operand.value] : []));
}

function meant(word: string, names: ReadonlySet<string>): string {
  const like = suggest(word, names);
  return like === undefined ? '' : ` (${like}?)`;
}
