import type { OptionDeclaration, PositionalDeclaration, Value, ValueType } from '@chasqui/command-language';
import type { Effect, Limits, Mount } from '@chasqui/contracts';
import type { CommandFiles } from './command-files.js';

export type { Effect };

/** A bundle file that was read and found right. Plain data: it is stored and sent as it is. */
export interface Bundle {
  readonly format: 'gort' | 'chasqui';
  readonly name: string;
  /** As written. Ours is a semantic version; Gort's may be anything that resembles one: order them with `compareVersions`. */
  readonly version: string;
  readonly description: string;
  readonly longDescription?: string;
  readonly author?: string;
  readonly homepage?: string;
  readonly license?: string;
  readonly image?: string;
  /** Full names: `ops:read`. */
  readonly permissions: readonly string[];
  /** A selector that every command's relay must match, as written. */
  readonly relay?: string;
  /** In the order of the file; no two of one name. */
  readonly commands: readonly Command[];
  readonly templates?: Templates;
  /** What can be configured; each is an environment variable of every command. */
  readonly config?: readonly ConfigKey[];
}

/** A key of the dynamic configuration that a bundle declares. */
export interface ConfigKey {
  /** An environment variable's name: `API_URL`. */
  readonly name: string;
  readonly type: Exclude<ValueType, 'list' | 'count' | 'user' | 'channel'>;
  readonly description?: string;
  /** Of an `enum`. */
  readonly values?: readonly string[];
  readonly required?: boolean;
  readonly secret?: boolean;
  /** The bundle's own value, the lowest layer. A secret has none. */
  readonly default?: Value;
}

/** One command, with what its bundle says for all of them already filled in. */
export interface Command {
  /** One word, or several joined by one blank: `user list`. */
  readonly name: string;
  readonly description: string;
  readonly longDescription?: string;
  /** The program and its first words; empty means the image's own entrypoint. */
  readonly executable: readonly string[];
  /** Its own or the bundle's. Without one the process driver runs `executable`. */
  readonly image?: string;
  /** Canonical text of each rule. None: nobody may run it. */
  readonly rules: readonly string[];
  /** Its own selector only; the bundle's must hold as well. */
  readonly relay?: string;
  /** What its image or program is made for: `linux/arm64`. Any of them will do; without any, nothing is guessed. */
  readonly platforms?: readonly string[];
  /** How long it may run, in milliseconds. Without one the installation's default holds. */
  readonly timeoutMs?: number;
  /** How long it may take to end once it was told to stop, in milliseconds; then it is killed. */
  readonly stopGraceMs?: number;
  /** What it asks for; what is not named is the installation's default. */
  readonly limits?: Partial<Limits>;
  readonly network: boolean;
  readonly writableRoot: boolean;
  readonly effect: Effect;
  /** How often it is tried again where its relay failed, not counting the first; see `retriesOf`. */
  readonly retries?: number;
  /** How long it waits for a relay where none matches, in milliseconds, unless the person says otherwise; without it, it is refused. */
  readonly noRelayWaitMs?: number;
  /** At most so many of it run at once, in the whole installation. */
  readonly concurrency?: number;
  /** The name of a lock that one execution holds at a time: text with `${name}` for the values of options and positionals. */
  readonly lock?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly triggers?: readonly Trigger[];
  readonly templates?: Templates;
  /** With either of them the command is declared: its words are bound, and what is not declared is refused. */
  readonly options?: readonly OptionDeclaration[];
  readonly positionals?: readonly PositionalDeclaration[];
  /** How a declared command's values become its argv; without it each option is `--name=value` and the positionals follow. */
  readonly args?: readonly ArgTemplate[];
  readonly examples?: readonly Example[];
  /**
   * What it takes from the stage before it: `each` runs once for each record, with the record as JSON on its standard input; `all` once, with
   * every record, a line each (NDJSON); `none` nothing. Unsaid: once for each record if its words use one (`$name`), else nothing.
   */
  readonly input?: 'none' | 'each' | 'all';
  /** What it prints: lines of text, one JSON value, or a JSON value a line. */
  readonly output: OutputKind;
  /** With `each`: whether the first that fails ends the run (`stop`), or the others go on. */
  readonly onError?: 'stop' | 'continue';
  /** JSON Schema (2020-12) that each record it prints must meet. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly deprecated?: Deprecation;
  /** Folders of the relay's machine; its policy decides. */
  readonly mounts?: readonly Mount[];
  /** Linux capabilities, without `CAP_`; the relay's policy decides. */
  readonly capabilities?: readonly string[];
  /** Whether it may use the key-value store. */
  readonly store?: boolean;
  /** Files that go in and come out. */
  readonly files?: CommandFiles;
  /** The calling convention: `cog` gives `COG_*` variables and reads Cog's output markers. Ours where it is not said. */
  readonly calling?: 'cog';
}

/** So often may a command be tried again at most. */
export const mostRetries = 5;

/** How often a command is tried again where its relay failed: never one whose effect is `write`, the others once where they do not say. */
export function retriesOf({ effect, retries = 1 }: Pick<Command, 'effect' | 'retries'>): number {
  return effect === 'read' || effect === 'idempotent' ? retries : 0;
}

export type OutputKind = 'text' | 'json' | 'ndjson';

/**
 * One piece of argv. `${name}` in a text is an option's or positional's value; a text in which one has no value is left out whole, and one
 * that is nothing but `${list}` becomes an argument for each item. `when` adds its `args` only if that value is there and not `false`.
 */
export type ArgTemplate = string | { readonly when: string; readonly args: readonly string[] };

/** A line that shows how it is used, without what addresses us. */
export interface Example {
  readonly line: string;
  readonly description?: string;
}

/** It still runs, and says so. */
export interface Deprecation {
  /** What to use instead: `bundle:command`. */
  readonly successor?: string;
  readonly message?: string;
}

/** What a command answers to without being named. Kept; nothing fires yet. */
export interface Trigger {
  readonly match: string;
}

/** Message templates, kept as they are written. */
export interface Templates {
  readonly command?: string;
  readonly command_error?: string;
  readonly message?: string;
  readonly message_error?: string;
}
