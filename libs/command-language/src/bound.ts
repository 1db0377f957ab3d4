import type { Span } from './command-line.js';
import type { Value, ValueType } from './declaration.js';

/** The words of a command, bound to what it declares. Plain data, in the order of the declarations. */
export interface Bound {
  readonly kind: 'bound';
  /** What was given, and the defaults of what was not. */
  readonly options: readonly BoundValue[];
  readonly positionals: readonly BoundValue[];
  /** Options and positionals whose words have variables in them: they have no value until the words are filled. */
  readonly waiting: readonly string[];
  /** What access rules judge: the same values as the program gets, each in one canonical form. Says nothing of what is `waiting`. */
  readonly ruleFacts: BoundFacts;
  /** Where in the line values stand that the command declares `secret`. */
  readonly secrets: readonly Span[];
  /** `--help` stands among the options and the command declares none. Nothing else was bound: it must be answered, never run. */
  readonly help: boolean;
}

export interface BoundValue {
  readonly name: string;
  readonly type: ValueType;
  readonly value: Value;
  /** What the program gets, one text for each item: as typed, but `true`/`false` for a bool, the resolved name of a user or channel, digits for a count. */
  readonly texts: readonly string[];
  /** Whether somebody gave it; else it is the default. */
  readonly given: boolean;
  /** `value` is a list. */
  readonly list?: true;
  /** A positional that took all that were left. */
  readonly variadic?: true;
  readonly secret?: true;
  /** For a bool: its default is true, so that `false` has to be said. */
  readonly onByDefault?: true;
}

/** As `RuleFacts` of the access rules. A list is judged for each of its items. */
export interface BoundFacts {
  readonly args: readonly (string | readonly string[])[];
  readonly options: readonly (
    | { readonly name: string; readonly value: string }
    | { readonly name: string; readonly values: readonly string[] }
  )[];
}

/** Who and what names stand for. `name` goes without `@` or `#`; what is returned is what the program gets. */
export interface Resolve {
  user(name: string): string | undefined;
  channel(name: string): string | undefined;
}
