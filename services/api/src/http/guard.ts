import { Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Authenticator } from './authenticator.js';
import { operationOf } from './operation.js';
import { mustHold, type AskedRequest } from './principal.js';
import { Problem } from './problem.js';
import { RunAuthenticator } from './run-authenticator.js';

/** Stands before every operation: who asks, and may they? A route that is no operation is shut. */
@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    @Optional() private readonly runAuthenticator?: RunAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = operationOf(context.getHandler())?.permission;
    if (!access)
      throw new Error(
        `${context.getClass().name}.${context.getHandler().name} is a route without @Operation`,
      );
    if (access === 'public') return true;

    const request = context.switchToHttp().getRequest<AskedRequest>();
    if (access === 'command') request.command = await this.atWork(request);
    else request.asker = await this.signedIn(request);
    context.switchToHttp().getResponse<FastifyReply>().header('cache-control', 'no-store');
    if (request.asker && access !== 'signed-in') mustHold(request.asker, access);
    return true;
  }

  private async atWork(request: AskedRequest) {
    if (!this.runAuthenticator) throw new Error('nobody knows the tokens of commands here');
    return this.runAuthenticator.whoRuns(bearerToken(request.headers.authorization));
  }

  private async signedIn(request: AskedRequest) {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      throw new Problem(
        401,
        'not-signed-in',
        'This needs a token: send it as “Authorization: Bearer <token>”.',
      );
    }
    const asker = await this.authenticator.whoIs(token);
    if (!asker)
      throw new Problem(401, 'bad-token', 'This token is unknown, revoked or expired; ask for a new one.');
    if (!asker.active) {
      throw new Problem(401, 'inactive-person', `${asker.username} is deactivated; ask an administrator.`, {
        username: asker.username,
      });
    }
    return asker;
  }
}

/** RFC 6750 §2.1, without a look at the token itself. */
function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]{1,2048}) *$/i.exec(header ?? '')?.[1];
}
