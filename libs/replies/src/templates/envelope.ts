import type { DataRecord } from '@chasqui/filters';

/**
 * What a template is filled in with; documented in `docs/guide/templates.md`. Plain data. Where a value is not there, its name is
 * missing, which Liquid takes for "no".
 */
export interface Envelope {
  readonly request: EnvelopeRequest;
  readonly response: EnvelopeResponse;
  /** What is said about an end that was not a success: `exit code 3, on fra-1, run r1`. */
  readonly error?: string;
  readonly data: {
    /** From the acceptance to the end, in milliseconds. */
    readonly durationMs?: number;
    readonly exitCode?: number;
  };
  /** What was printed, as JSON if it is JSON, else as text. Gort's `.Payload`. */
  readonly payload?: unknown;
}

/** Who asked for what. Values of options that are `secret` are left out by whoever makes this. */
export interface EnvelopeRequest {
  readonly adapter: string;
  readonly room: { readonly id: string; readonly name?: string };
  readonly user: { readonly id: string; readonly username: string; readonly email: string };
  readonly runId: string;
  /** The line as it was said. */
  readonly line: string;
  /** When it was said: ISO 8601, in UTC. */
  readonly at: string;
  readonly bundle: {
    readonly name: string;
    readonly version: string;
    readonly description?: string;
    readonly longDescription?: string;
    readonly author?: string;
    readonly homepage?: string;
  };
  readonly command: {
    readonly name: string;
    readonly description?: string;
    readonly longDescription?: string;
  };
  /** The relay's name; missing where nothing was run. */
  readonly relay?: string;
  /** Of a declared command; by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of a declared command its positionals in their order, of any other its words. */
  readonly arguments: readonly unknown[];
}

/** What came back. */
export interface EnvelopeResponse {
  /** `Failed`, `Timed out`, …; missing where all went well. */
  readonly title?: string;
  /** Everything that was printed, on both streams, in the order in which it was printed. */
  readonly all: string;
  /** The lines of `all`. */
  readonly lines: readonly string[];
  /** Standard output. */
  readonly out: string;
  /** Standard error; missing if nothing stood there. */
  readonly err?: string;
  /** The result as records: of JSON its objects, of text a `{ text }` for each line. */
  readonly records: readonly DataRecord[];
  /** The first of them. */
  readonly record?: DataRecord;
  readonly exitCode?: number;
  /** Whether what was printed is JSON. */
  readonly structured: boolean;
  /** The template that a command with Cog's calling convention named, where it named one. */
  readonly template?: string;
}
