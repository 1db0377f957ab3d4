import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AskedRequest } from './principal.js';

/** How a request came to us. */
export interface Caller {
  readonly method: 'cli' | 'console' | 'api';
  /** An IP address. */
  readonly address: string;
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly requestId: string;
}

/** How a request came to us, for a parameter of a handler: `@From() caller: Caller`. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<AskedRequest>()),
);

/** The command line says who it is; a session that came in a cookie is the console's. Neither is proved, nor needs to be. */
export function callerOf({ asker, headers, ip, id }: AskedRequest): Caller {
  const byCookie = asker?.sessionId !== undefined && headers.authorization === undefined;
  const byCli = headers['user-agent']?.startsWith('chasqui-cli/') === true;
  return {
    method: byCookie ? 'console' : byCli ? 'cli' : 'api',
    address: ip,
    ...(asker?.tokenId !== undefined && { tokenId: asker.tokenId }),
    ...(asker?.sessionId !== undefined && { sessionId: asker.sessionId }),
    requestId: String(id),
  };
}
