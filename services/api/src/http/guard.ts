import { Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Authenticator } from './authenticator.js';
import { limitKinds, type Thing } from '../people/scoped-permission.js';
import { byHandler, operationOf, type Operation } from './operation.js';
import { mustBeWhole, mustHold, mustHoldOn, type AskedRequest, type Principal } from './principal.js';
import { Problem } from './problem.js';
import { RateLimits } from './rate-limits.js';
import { RelayTags } from './relay-tags.js';
import { RunAuthenticator } from './run-authenticator.js';
import { SessionReader } from './session-reader.js';

/** Stands before every operation: who asks, and may they? A route that is no operation is shut. */
@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    @Optional() private readonly runAuthenticator?: RunAuthenticator,
    @Optional() private readonly sessions?: SessionReader,
    @Optional() private readonly relays?: RelayTags,
    @Optional() private readonly limits?: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const operation = operationOf(context.getHandler());
    if (!operation)
      throw new Error(
        `${context.getClass().name}.${context.getHandler().name} is a route without @Operation`,
      );
    if (operation.permission === 'public') return true;

    const request = context.switchToHttp().getRequest<AskedRequest>();
    if (operation.permission === 'command') request.command = await this.atWork(request);
    else await this.signedIn(request);
    context.switchToHttp().getResponse<FastifyReply>().header('cache-control', 'no-store');
    if (request.asker) await this.mustMay(request.asker, operation, request);
    return true;
  }

  private async mustMay(asker: Principal, operation: Operation, request: AskedRequest): Promise<void> {
    const { permission, on, scopedToo } = operation;
    if (permission === 'signed-in') {
      if (!scopedToo) mustBeWhole(asker);
      return;
    }
    const limits = on ? asker.scoped.filter((one) => one.permission === permission && on[one.of]) : [];
    if (limits.some(({ of }) => on![of] === byHandler)) return;
    const thing = on && limits.length > 0 ? await this.thingOf(on, request) : undefined;
    if (thing) mustHoldOn(asker, permission, thing);
    else mustHold(asker, permission);
  }

  /** The one thing that a request is about, as its path names it. */
  private async thingOf(on: NonNullable<Operation['on']>, request: AskedRequest): Promise<Thing | undefined> {
    const of = limitKinds.find((kind) => on[kind] !== undefined);
    const name = of && on[of];
    if (of === undefined || typeof name !== 'string') return undefined;
    const what = (request.params as Record<string, string>)[name]!;
    return of === 'relay' ? { of, what, tags: (await this.relays?.tagsOf(what)) ?? [] } : { of, what };
  }

  private async atWork(request: AskedRequest) {
    if (!this.runAuthenticator) throw new Error('nobody knows the tokens of commands here');
    return this.runAuthenticator.whoRuns(bearerToken(request.headers.authorization));
  }

  private async signedIn(request: AskedRequest): Promise<void> {
    const token = bearerToken(request.headers.authorization) ?? this.sessions?.read(request);
    if (token === undefined) {
      throw new Problem(
        401,
        'not-signed-in',
        'This needs a token: send it as “Authorization: Bearer <token>”.',
      );
    }
    const asker = await this.authenticator.whoIs(token);
    if (!asker) {
      this.limits?.wasUnknown(request);
      throw new Problem(401, 'bad-token', 'This token is unknown, revoked or expired; ask for a new one.');
    }
    // Before anything is refused, so that the audit log knows whom it was refused.
    request.asker = asker;
    request.asksStill = async () => {
      const now = await this.authenticator.whoIs(token);
      return now?.active ? now : undefined;
    };
    this.limits?.byAsker(request, asker);
    if (!asker.active) {
      throw new Problem(401, 'inactive-person', `${asker.username} is deactivated; ask an administrator.`, {
        username: asker.username,
      });
    }
  }
}

/** RFC 6750 §2.1, without a look at the token itself. */
function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]{1,2048}) *$/i.exec(header ?? '')?.[1];
}
