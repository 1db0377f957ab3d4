import type { Limits } from '@chasqui/contracts';

/** What running a command twice would do: nothing new (`read`), the same again (`idempotent`), or something more (`write`). */
export type Effect = 'read' | 'idempotent' | 'write';

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
  readonly image?: string;
  /** Full names: `ops:read`. */
  readonly permissions: readonly string[];
  /** A selector that every command's relay must match, as written. */
  readonly relay?: string;
  /** In the order of the file; no two of one name. */
  readonly commands: readonly Command[];
  readonly templates?: Templates;
}

/** One command, with what its bundle says for all of them already filled in. */
export interface Command {
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
  /** How long it may run, in milliseconds. Without one the installation's default holds. */
  readonly timeoutMs?: number;
  /** What it asks for; what is not named is the installation's default. */
  readonly limits?: Partial<Limits>;
  readonly network: boolean;
  readonly writableRoot: boolean;
  readonly effect: Effect;
  readonly env: Readonly<Record<string, string>>;
  readonly triggers?: readonly Trigger[];
  readonly templates?: Templates;
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
