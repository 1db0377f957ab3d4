import type { ReplyMark } from '@chasqui/contracts';

/** A transcript file that was read and found right: who is there, what is said, and what is to be heard. Plain data. */
export interface Transcript {
  /** Bundle files, from the transcript's folder. Undefined: the one that stands beside it. */
  readonly bundles?: readonly string[];
  /** Permissions, by who has them. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  /** Tags, by relay. Undefined: one that is called `local`, and so tagged. */
  readonly relays?: Readonly<Record<string, readonly string[]>>;
  /** As in a relay's policy file. Undefined: that of solo mode. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Values of the dynamic configuration, by bundle and key. */
  readonly config: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Lines, by the site's alias for each. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly recorded: readonly Recording[];
  readonly lines: readonly SaidLine[];
}

/** What a command is taken to have printed: it is not run. */
export interface Recording {
  /** `bundle:command`. */
  readonly command: string;
  /** The words behind the executable with which it holds; undefined for any. */
  readonly args?: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A line that somebody says. */
export interface SaidLine {
  readonly who: string;
  readonly text: string;
  /** The room it is said in; undefined for `ops`. */
  readonly room?: string;
  /** In the file, from 1. */
  readonly line: number;
  readonly expected: readonly Expectation[];
}

/** What is to be heard. Of its tests those that are there must hold. */
export interface Expectation {
  /** Its place in the list of steps, from 0. */
  readonly step: number;
  /** In the file, from 1. */
  readonly line: number;
  /** Where the line sent its result: a room or a person. Undefined: where it was said. */
  readonly room?: string;
  /** The whole reply; what trails at its end does not count. */
  readonly text?: string;
  readonly contains: readonly string[];
  /** A pattern (RE2) that is found in it. */
  readonly matches?: string;
  readonly mark?: ReplyMark;
  readonly exitCode?: number;
}
