import type { RuleOption } from '@chasqui/access-rules';
import type { GivenName } from './environment-names.js';
import type { OrderParts } from './order-for.js';

/** What commands with Cog's calling convention find about their run. `docs/guide/from-cog.md` shows this list, and a test compares them. */
export const cogNames: readonly GivenName[] = [
  { name: 'COG_BUNDLE', meaning: '`CHASQUI_BUNDLE`', value: ({ stage }) => stage.bundle.name },
  { name: 'COG_COMMAND', meaning: '`CHASQUI_COMMAND`', value: ({ stage }) => stage.command.name },
  { name: 'COG_USERNAME', meaning: '`CHASQUI_USER`', value: ({ run }) => run.username ?? '' },
  { name: 'COG_EMAIL', meaning: '`CHASQUI_EMAIL`', value: ({ run }) => run.user_email ?? '' },
  {
    name: 'COG_CHAT_HANDLE',
    meaning: '`CHASQUI_USER`; handles of chats change, and are not kept',
    value: ({ run }) => run.username ?? run.sender,
  },
  {
    name: 'COG_ROOM',
    meaning: '`CHASQUI_CHANNEL`; in a direct message its id, not `direct`',
    value: ({ run }) => run.room_name ?? run.room,
  },
  { name: 'COG_PIPELINE_ID', meaning: '`CHASQUI_RUN_ID`', value: ({ run }) => run.id },
  {
    name: 'COG_INVOCATION_ID',
    meaning: '`CHASQUI_EXECUTION_ID`: another for each record',
    value: ({ execution }) => execution.id,
  },
  {
    name: 'COG_INVOCATION_STEP',
    meaning: '`last` always: each record is an invocation of its own',
    value: () => 'last',
  },
];

/**
 * The environment of Cog's calling convention. What a program is given comes this way only: its arguments numbered, its options by name. As in
 * Cog a command's own `env` may say otherwise.
 */
export function cogEnvironmentOf(parts: OrderParts): Record<string, string> {
  const { stage, invocation } = parts;
  const args = invocation.facts.args.flat();
  const options = [...invocation.facts.options, ...countsOfNothing(parts)];
  return {
    ...Object.fromEntries(cogNames.map((one) => [one.name, one.value(parts)])),
    COG_ARGC: String(args.length),
    ...Object.fromEntries(args.map((text, index) => [`COG_ARGV_${index}`, text])),
    COG_OPTS: options.map(({ name }) => name).join(','),
    ...Object.fromEntries(options.flatMap(optionVariables)),
    ...Object.fromEntries(Object.entries(stage.command.env).filter(([name]) => name.startsWith('COG_'))),
  };
}

/** An option that is counted was 0 in Cog where it was not given. */
function countsOfNothing({ stage, invocation }: OrderParts): RuleOption[] {
  const given = new Set(invocation.facts.options.map(({ name }) => name));
  return (stage.command.options ?? [])
    .filter(({ name, type }) => type === 'count' && !given.has(name))
    .map(({ name }) => ({ name, value: '0' }));
}

/** Cog only upper-cased a name, so that `COG_OPT_DRY-RUN` is out of a shell's reach: `COG_OPT_DRY_RUN` stands beside it. */
function optionVariables(option: RuleOption): [string, string][] {
  const upper = `COG_OPT_${option.name.toUpperCase()}`;
  return [...new Set([upper, upper.replaceAll('-', '_')])].flatMap((name): [string, string][] =>
    option.values
      ? [
          [`${name}_COUNT`, String(option.values.length)],
          ...option.values.map((text, index): [string, string] => [`${name}_${index}`, text]),
        ]
      : [[name, option.value ?? option.next ?? 'true']],
  );
}
