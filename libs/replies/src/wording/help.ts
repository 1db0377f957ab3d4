/** What help says around the list. */
export const helpFooter =
  'help COMMAND tells more of one. --on dc=fra chooses the relay it runs on, --on-each dc=fra runs it on all that match';
export const noCommands =
  'there are no commands yet; install a bundle with: chasqui bundle install FILE --enable';

/** Who may run a command, from its rules as they are written. */
export function rulesHint(rules: readonly string[]): string {
  if (rules.length === 0) return 'nobody: it has no rules';
  if (rules.every((rule) => rule.trim() === 'allow')) return 'everyone';
  return rules.join('; ');
}
export const nothingHeld = 'none';
export const noRelays =
  'there are no relays yet; an administrator makes one with: chasqui relay create NAME --tag dc=fra';

/** One value that a command takes, as help shows it. Texts as they would be typed. */
export interface ValueHint {
  /** `-e, --env ENV`, `SERVICE...` */
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly description?: string;
  readonly min?: string;
  readonly max?: string;
  readonly pattern?: string;
  readonly secret?: boolean;
}

/** What it is for, and what it may be: `the environment; one of prod, dev; default dev`. */
export function valueHint(hint: ValueHint): string {
  const { description, type, values, min, max, pattern } = hint;
  const kind = values ? `one of ${values.join(', ')}` : type === 'bool' || type === 'string' ? '' : type;
  return [
    description ?? '',
    kind,
    min === undefined ? '' : `at least ${min}`,
    max === undefined ? '' : `at most ${max}`,
    pattern === undefined ? '' : `matches ${pattern}`,
    hint.required ? 'required' : '',
    hint.default === undefined ? '' : `default ${hint.default}`,
    hint.secret ? 'secret' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** What a command does with the records of the stage before it. */
export const inputHints: Readonly<Record<'none' | 'each' | 'all', string>> = {
  none: 'takes none',
  each: 'runs once for each record',
  all: 'runs once with all records',
};

/** What a name stands for. */
export const whichSentences = {
  own: (name: string) => `${name} is Chasqui's own; help ${name} tells more`,
  filter: (name: string) => `${name} is a filter; help ${name} tells more`,
  command: (name: string, fullName: string, version: string) =>
    `${name} is the command ${fullName}, of version ${version}`,
  several: (name: string, names: readonly string[]) =>
    `${name} is more than one command: ${names.join(', ')}`,
  ownAlias: (name: string, line: string) => `${name} is your alias for: ${line}`,
  siteAlias: (name: string, line: string) => `${name} is an alias of this site for: ${line}`,
};

export const aliasSentences = {
  set: (name: string, line: string) => `${name} now stands for: ${line}`,
  removed: (name: string) => `the alias ${name} is gone`,
  none: 'there are no aliases yet; make one with: alias set NAME LINE',
};
