import { exitCodes, Stop } from '../stop.js';
import { inWordsOfTheCommandLine } from './words.js';

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
  ) {
    const { error } = (body ?? {}) as {
      error?: { code?: string; message?: string; facts?: { faults?: unknown } };
    };
    super(
      sentence(error) ?? `the server answered ${status} and did not say why`,
      status === 401 || status === 403 ? exitCodes.notAllowed : exitCodes.failed,
    );
    this.name = 'ServerError';
    this.code = error?.code;
    this.faults = Array.isArray(error?.facts?.faults) ? (error.facts.faults as ToldFault[]) : [];
  }
}

function sentence(error: { code?: string; message?: string } | undefined): string | undefined {
  if (error?.message === undefined) return undefined;
  const message = inWordsOfTheCommandLine(error.message);
  switch (error.code) {
    case 'not-signed-in':
      return 'you are not signed in; sign in with chasqui login, or put a token in CHASQUI_TOKEN';
    case 'bad-token':
      return `${message.replace(/\.$/, '')}, or sign in with chasqui login`;
    default:
      return message;
  }
}
