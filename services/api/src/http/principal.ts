import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';
import type { RunningAsker } from './run-authenticator.js';

/** Who asks, as their token says, with all they hold by their groups and roles. Names are sorted. */
export interface Principal {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** The token they came with. */
  readonly tokenId: string;
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
export type AskedRequest = FastifyRequest & { asker?: Principal; command?: RunningAsker };

export function holds(asker: Principal, permission: string): boolean {
  return asker.permissions.includes(permission);
}

/** Throws a 403 that names what is missing; for what depends on more than the operation (one's own tokens, one's own runs). */
export function mustHold(asker: Principal, permission: string): void {
  if (holds(asker, permission)) return;
  throw new Problem(
    403,
    'lacks-permission',
    `You need ${permission} for this; ask an administrator for a role that has it.`,
    {
      permission,
    },
  );
}
