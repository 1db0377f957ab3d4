/** What rules may look at. Grows by optional fields: room, adapter, groups, relay, time. */
export interface RuleFacts {
  /** A list where one argument is declared as a list: each of its items is judged. */
  readonly args: readonly (string | readonly string[])[];
  readonly options: readonly RuleOption[];
}

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
