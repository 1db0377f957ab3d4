/** How somebody came: through a chat's adapter, the command line, the console, another program, a schedule, or as the operator of the machine. */
export type Method =
  'slack' | 'terminal' | 'cli' | 'console' | 'api' | 'schedule' | 'operator' | (string & {});

/** Something done to the installation, or that somebody wanted to do, as the audit log tells it. */
export interface Action {
  /** What was done: the id of an operation (`users.create`), or a name of the same form for what is done in chat (`aliases.set`). */
  readonly action: string;
  readonly method: Method;
  /** Who; undefined for somebody whom nobody knows. */
  readonly user?: { readonly id?: string; readonly username: string };
  /** What it is about: its kind (`user`, `bundle`, …) and its name. */
  readonly resource?: { readonly kind: string; readonly name?: string };
  /** What was asked for, secrets left out. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Where it came from: an IP address. */
  readonly address?: string;
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly requestId?: string;
  /** For what was said in chat. */
  readonly runId?: string;
}

/** What came of an action. */
export interface ActionEnd {
  readonly result: 'allowed' | 'denied' | 'failed';
  /** HTTP's status, where there is one. */
  readonly status?: number;
  /** A refusal's code. */
  readonly code?: string;
}
