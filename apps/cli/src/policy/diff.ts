import { existsSync } from 'node:fs';
import type { DecidingRule, PolicyDiff, PolicyDifference, PolicyVerdict } from '@chasqui/contracts';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { unaddressed } from '../lines/unaddressed.js';
import type { Session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import type { DiffOptions } from './policy.js';
import { readRulesFile, readTestFile } from './read-files.js';

/** `chasqui policy diff`: who would gain or lose what, losses first. */
export async function diffPolicies({ api, show }: Session, options: DiffOptions): Promise<void> {
  const diff = await api.post<PolicyDiff>('/policy/diff', await changeOf(options));
  show(diff, inWords);
  if (options.exitCode && diff.differences.length > 0) throw new Stop('', exitCodes.failed);
}

async function changeOf(options: DiffOptions): Promise<object> {
  const { bundle, disable, addRule, removeRule, rules, lines, user } = options;
  if (!bundle && !disable && addRule.length + removeRule.length + rules.length === 0)
    throw new Stop(
      'which change? name one: --bundle, --disable, --add-rule, --remove-rule or --rules',
      exitCodes.usage,
    );
  const files = await Promise.all(rules.map(readRulesFile));
  const tests = await Promise.all(lines.map(readTestFile));
  const tried = tests.flatMap(({ cases }) =>
    cases.map(({ line, where, at }) => ({
      line: unaddressed(line),
      ...where,
      ...(at !== undefined && { at }),
    })),
  );
  return {
    ...(bundle !== undefined && { bundle: await bundleOf(bundle) }),
    ...(disable !== undefined && { disable }),
    addRules: [...addRule.map(readRule), ...files.flatMap((file) => file.rules)],
    removeRules: removeRule,
    protect: files.flatMap((file) => file.protected),
    lines: [...new Map(tried.map((one) => [JSON.stringify(one), one])).values()],
    ...(user.length > 0 && { users: user }),
  };
}

/** `ops@1.3.0` where there is no such file. */
async function bundleOf(named: string): Promise<object> {
  const [, name, version] = /^([^@/]+)@([^@/]+)$/.exec(named) ?? [];
  if (name !== undefined && !existsSync(named)) return { name, version };
  return { source: await readBundleFile(named) };
}

/** `night on ops:* must have ops:night` */
function readRule(text: string): { name: string; on: string; rule: string } {
  const [, name, on, rule] = /^\s*(\S+)\s+on\s+(\S+)\s+(.+)$/s.exec(text) ?? [];
  if (name === undefined)
    throw new Stop(
      `${text} is no site rule; write it like this: 'night on ops:* with time("UTC") > "22:00" must have ops:night'`,
      exitCodes.usage,
    );
  return { name, on: on!, rule: rule! };
}

function inWords({ users, commands, lines, differences }: PolicyDiff): string {
  const people = users === 1 ? '1 person' : `${users} people`;
  const looked = `looked at ${people}, ${commands} commands and ${lines} lines`;
  if (differences.length === 0) return `nothing would change; ${looked}`;
  return [...differences.map(told), looked].join('\n');
}

function told({ kind, users, command, line, before, after, because }: PolicyDifference): string {
  const what = command === undefined ? `'${line}'` : command;
  const signs = { gains: '+', loses: '-', changes: '~' } as const;
  const verb =
    users.length === 1 || kind === 'changes'
      ? { gains: 'gains', loses: 'loses', changes: 'changes' }[kind]
      : kind.slice(0, -1);
  const head =
    kind === 'changes'
      ? `${signs[kind]} ${what} changes for ${users.join(', ')}`
      : `${signs[kind]} ${users.join(', ')} ${verb} ${what}`;
  return [
    head,
    `    before: ${verdict(before)}`,
    `    after:  ${verdict(after)}`,
    ...because.map((rule) => `    by ${ruleInWords(rule)}`),
  ].join('\n');
}

function verdict({ outcome, code, message, relay }: PolicyVerdict): string {
  if (outcome === 'allowed') return relay === undefined ? 'allowed' : `allowed, on ${relay}`;
  return `refused${code === undefined ? '' : ` (${code})`}: ${message ?? ''}`;
}

function ruleInWords({ rule, from, name, when }: DecidingRule): string {
  const which = {
    bundle: 'the rule of its bundle',
    site: `the site rule ${name ?? ''}`,
    protection: 'the protection of relays',
  }[from];
  return `${which}, ${when === 'before' ? 'as it is' : 'as it would be'}: ${rule}`;
}
