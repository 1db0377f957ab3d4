import { exitCodes, Stop } from '../stop.js';

/** A fault of a bundle as the server tells it. */
export interface ToldFault {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
  readonly message: string;
}

/** The server said no, in its own sentence. */
export class ServerError extends Stop {
  readonly code: string | undefined;
  readonly faults: readonly ToldFault[];

  constructor(
    readonly status: number,
    body: unknown,
    signedIn: boolean,
  ) {
    const { error } = (body ?? {}) as {
      error?: { code?: string; message?: string; facts?: { faults?: unknown } };
    };
    const hint =
      status === 401 && !signedIn
        ? '; put your token in CHASQUI_TOKEN, or in a file that CHASQUI_TOKEN_FILE names'
        : '';
    super(
      (error?.message ?? `the server answered ${status} and did not say why`) + hint,
      status === 401 ? exitCodes.notAllowed : exitCodes.failed,
    );
    this.name = 'ServerError';
    this.code = error?.code;
    this.faults = Array.isArray(error?.facts?.faults) ? (error.facts.faults as ToldFault[]) : [];
  }
}
