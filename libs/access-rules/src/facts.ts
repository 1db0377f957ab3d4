/** What rules may look at: what was typed, and who typed it where and when. */
export interface RuleFacts {
  /** A list where one argument is declared as a list: each of its items is judged. */
  readonly args: readonly (string | readonly string[])[];
  readonly options: readonly RuleOption[];
  /** Missing where nobody said it: then all that it would tell is missing to rules. */
  readonly where?: Surroundings;
}

/** Where somebody says a line, who they are and when it is, and the relay that it would run on. */
export interface Surroundings {
  /** The channel in one word, made of ids: `slack/T1/C12`. */
  readonly channel?: string;
  /** What people call it, without `#`. */
  readonly channelName?: string;
  readonly adapter?: string;
  /** Whether nobody else hears it. */
  readonly direct?: boolean;
  readonly origin?: Origin;
  readonly application?: string;
  /** The names of the groups that the asker is in. */
  readonly groups?: readonly string[];
  /** Tags as written: `key` or `key=value`. */
  readonly relay?: { readonly name: string; readonly tags: readonly string[] };
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How a line reached us. */
export const origins = ['chat', 'api', 'schedule', 'webhook'] as const;
export type Origin = (typeof origins)[number];

/**
 * An option as given: `--name=value`, or `--name` with the word after it as `next`. `unsure` when a program may or may not take it
 * for an option. Of an option that is declared as a list each of the `values` is judged; there is at least one.
 */
export interface RuleOption {
  readonly name: string;
  readonly value?: string;
  readonly values?: readonly string[];
  readonly next?: string;
  readonly unsure?: true;
}

/** What an option is, compared with anything but a boolean: its value, else the word after it, else `true`. */
export function textOf(option: RuleOption): string {
  return option.value ?? option.next ?? 'true';
}

/** What an option is, compared with a boolean: true if it is there, unless it says `=false`. */
export function isOn(option: RuleOption): boolean {
  return option.value?.toLowerCase() !== 'false';
}
