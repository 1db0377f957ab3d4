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
  readonly text: string;
  readonly raw: string;
  /** Whether any part of it was quoted or escaped. */
  readonly quoted: boolean;
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
