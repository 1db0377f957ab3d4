import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { holdsOn, type ScopedPermission, type Thing } from '../people/scoped-permission.js';
import { Problem } from './problem.js';
import type { RunningAsker } from './run-authenticator.js';

/**
 * Who asks, as their token or session says, with all they hold by their groups and roles, cut to the scopes of the token if it has any.
 * Names are sorted. It is kept and shared between requests, so nobody writes into it.
 */
export interface Principal {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  /** A service account signs in by tokens alone. */
  readonly kind: 'person' | 'service';
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  /** Those that count everywhere. */
  readonly permissions: readonly string[];
  /** Those that count for some things only. */
  readonly scoped: readonly ScopedPermission[];
  /** The permissions that the token is for; undefined where it is for everything. */
  readonly scopes?: readonly string[];
  /** What they came with: one of the two. */
  readonly tokenId?: string;
  readonly sessionId?: string;
}

/** The person behind the request, for a parameter of a handler: `@Asker() asker: Principal`. Not for public operations: there is none. */
export const Asker = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const asker = context.switchToHttp().getRequest<AskedRequest>().asker;
  if (!asker) throw new Error('@Asker() in an operation that anybody may call');
  return asker;
});

/** The command behind the request, for a parameter of an operation that is a command's own: `@AtWork() command: RunningAsker`. */
export const AtWork = createParamDecorator((_: unknown, context: ExecutionContext): RunningAsker => {
  const { command } = context.switchToHttp().getRequest<AskedRequest>();
  if (!command) throw new Error('@AtWork() in an operation that is not a command’s own');
  return command;
});

/** A request once the guard has seen it. */
export type AskedRequest = FastifyRequest & {
  asker?: Principal;
  /** Who asks as of now, for an answer that goes on for long; undefined once they may not ask any more. */
  asksStill?: () => Promise<Principal | undefined>;
  command?: RunningAsker;
};

export function holds(asker: Principal, permission: string): boolean {
  return asker.permissions.includes(permission);
}

/** Throws a 403 that names what is missing; for what depends on more than the operation (one's own tokens, one's own runs). */
export function mustHold(asker: Principal, permission: string): void {
  if (!holds(asker, permission)) throw lacks(asker, permission);
}

/** The same where a permission for this one thing will do. */
export function mustHoldOn(asker: Principal, permission: string, thing: Thing): void {
  if (!holdsOn(asker, permission, thing)) throw lacks(asker, permission, thing);
}

/**
 * Throws a 403 for a token that has scopes: for what would let its bearer do more than the scopes say, as joining a chat identity or setting
 * a password. Operations for whoever is signed in refuse such tokens by themselves, unless they say `scopedToo`.
 */
export function mustBeWhole({ scopes }: Principal): void {
  if (scopes === undefined) return;
  throw new Problem(
    403,
    'scoped-token',
    `This token is for ${scopes.join(', ')} only; sign in, or use a token without scopes.`,
    { scopes },
  );
}

function lacks({ scopes, scoped }: Principal, permission: string, thing?: Thing): Problem {
  const facts = { permission, ...(thing && { of: thing.of, what: thing.what }) };
  if (scopes && !scopes.includes(permission)) {
    const sentence = `You need ${permission} for this, and this token is for ${scopes.join(', ')} only; use another token.`;
    return new Problem(403, 'lacks-permission', sentence, { ...facts, scopes });
  }
  const limits = scoped.filter((one) => one.permission === permission);
  if (limits.length > 0) {
    const where = limits.map(({ of, what }) => `${of} ${what}`).join(', ');
    const sentence = `You have ${permission} for ${where} only; ask an administrator for a role that has it${thing ? ` for ${thing.of} ${thing.what}` : ' without a limit'}.`;
    return new Problem(403, 'lacks-permission', sentence, facts);
  }
  const sentence = `You need ${permission} for this; ask an administrator for a role that has it.`;
  return new Problem(403, 'lacks-permission', sentence, facts);
}
