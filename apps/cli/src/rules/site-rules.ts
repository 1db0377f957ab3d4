import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';

/** A rule that was added or changed, and what may be a slip in it. */
interface SetRule {
  readonly rule: SiteRule;
  readonly warnings: readonly string[];
}

/** `chasqui rule list`, `show`, `add`, `change`, `enable`, `disable`, `remove`: the rules of the site. */
export function defineSiteRules(rule: Command): void {
  rule
    .command('list')
    .description('list the rules of the site')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ rules: SiteRule[] }>('/site-rules'), inWords);
    });
  rule
    .command('show <name>')
    .description('show one rule of the site')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<SiteRule>(path`/site-rules/${name}`), inFull);
    });
  rule
    .command('add <name> <rule>')
    .description('add a rule to the site; it counts from the next line on')
    .option('--on <commands>', 'bundle:command, bundle:* or *; not needed where the rule names a command')
    .option('--disabled', 'switched off until you enable it')
    .action(async (name: string, text: string, { on, disabled }: AddOptions, command: Command) => {
      const { api } = session(command);
      const wanted = { name, rule: text, ...(on !== undefined && { on }), enabled: !disabled };
      told(command, await api.post<SetRule>('/site-rules', wanted), 'added');
    });
  rule
    .command('change <name>')
    .description('change a rule of the site')
    .option('--rule <rule>', 'what it says from now on')
    .option('--on <commands>', 'bundle:command, bundle:* or *')
    .action(async (name: string, change: { rule?: string; on?: string }, command: Command) => {
      told(command, await patched(command, name, change), 'changed');
    });
  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    rule
      .command(`${verb} <name>`)
      .description(`switch a rule of the site ${enabled ? 'on' : 'off'}`)
      .action(async (name: string, _options, command: Command) => {
        told(command, await patched(command, name, { enabled }), `${verb}d`);
      });
  rule
    .command('remove <name>')
    .description('remove a rule of the site')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/site-rules/${name}`);
      show({ removed: name }, () => `the site rule ${name} is gone`);
    });
}

interface AddOptions {
  readonly on?: string;
  readonly disabled?: true;
}

function patched(command: Command, name: string, change: object): Promise<SetRule> {
  return session(command).api.patch<SetRule>(path`/site-rules/${name}`, change);
}

/** Warnings go where they do not disturb a program that reads the rest. */
function told(command: Command, set: SetRule, done: string): void {
  const { show, json } = session(command);
  show(set, ({ rule }) => `${rule.name} is ${done}: on ${rule.on}, ${rule.rule}`);
  if (!json) for (const warning of set.warnings) process.stderr.write(`warning: ${warning}\n`);
}

function inWords({ rules }: { readonly rules: readonly SiteRule[] }): string {
  if (rules.length === 0) return 'the site has no rules of its own; "chasqui rule add" adds one';
  return table(
    ['name', 'on', 'rule', 'is', 'changed', 'by'],
    rules.map(({ name, on, rule, enabled, changedAt, changedBy }) => [
      name,
      on,
      rule,
      enabled ? 'on' : 'off',
      `${ago(changedAt, Date.now())} ago`,
      changedBy,
    ]),
  );
}

function inFull(rule: SiteRule): string {
  return fields({
    name: rule.name,
    on: rule.on,
    rule: rule.rule,
    is: rule.enabled ? 'on' : 'off',
    added: `${rule.createdAt} by ${rule.createdBy}`,
    changed: `${rule.changedAt} by ${rule.changedBy}`,
  });
}

interface SiteRule {
  readonly name: string;
  readonly on: string;
  readonly rule: string;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly changedAt: string;
  readonly changedBy: string;
}
