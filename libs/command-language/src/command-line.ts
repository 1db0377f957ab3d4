/** A line somebody typed, read: what to run, in which order, and where its result goes. All positions count UTF-16 units from 0. */
export interface CommandLine {
  /** As it was typed. */
  readonly text: string;
  /** One, or several joined by `|`. Each has at least one word. */
  readonly stages: readonly Stage[];
  readonly redirects: readonly Redirect[];
}

/** What stands between two `|`: a command's name and its words. */
export interface Stage {
  readonly words: readonly Word[];
  readonly start: number;
  readonly end: number;
}

/** One word. `text` is what a program gets; `raw` is what stood in the line, quotes and backslashes included. */
export interface Word {
  /** With variables in it, as long as it is not filled: `$name` as it was typed. */
  readonly text: string;
  readonly raw: string;
  /** Whether any part of it was quoted or escaped. */
  readonly quoted: boolean;
  /** What it is made of, if there is a variable in it. */
  readonly parts?: readonly (string | Variable)[];
  /** Of a word that was filled: where in `text` stands what no person typed. It is never split, and never read as an option. */
  readonly inserted?: readonly Span[];
  readonly start: number;
  readonly end: number;
}

/** `$a.b[0]`, `${a.b:-default}`: a field of the record that a stage is given. */
export interface Variable {
  /** As it was typed. */
  readonly raw: string;
  /** `['a', 'b', 0]`: names of fields, and numbers of list items from 0. */
  readonly path: readonly [string, ...(string | number)[]];
  /** What stands there if the field is missing or null. */
  readonly default?: string;
  readonly start: number;
  readonly end: number;
}

/** A piece of a text, from 0, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `> #room`, `> @person`, `> me`, `> here`. `name` goes without its `#` or `@`. */
export interface Redirect {
  readonly kind: 'room' | 'person' | 'me' | 'here';
  readonly name?: string;
  readonly start: number;
  readonly end: number;
}
