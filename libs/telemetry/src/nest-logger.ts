import type { LoggerService } from '@nestjs/common';
import type { Logger } from './create-logger.js';

/** Nest's own lines in our log: its chatter about modules and routes at `debug`, what it warns or errors about at its own level. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...more: unknown[]) => logger.debug(...line(message, more)),
    debug: (message: unknown, ...more: unknown[]) => logger.trace(...line(message, more)),
    verbose: (message: unknown, ...more: unknown[]) => logger.trace(...line(message, more)),
    warn: (message: unknown, ...more: unknown[]) => logger.warn(...line(message, more)),
    error: (message: unknown, ...more: unknown[]) => logger.error(...line(message, more)),
    fatal: (message: unknown, ...more: unknown[]) => logger.fatal(...line(message, more)),
  };
}

/** Nest passes `message, [error or stack,] context`; the context, always last and a string, is the class that speaks. */
function line(message: unknown, more: unknown[]): [object, string] {
  const nest = typeof more.at(-1) === 'string' ? (more.at(-1) as string) : undefined;
  const rest = nest === undefined ? more : more.slice(0, -1);
  const err = [message, ...rest].find((part) => part instanceof Error);
  const details = rest.filter((part) => part !== err && part !== undefined);
  const text =
    message instanceof Error
      ? message.message
      : typeof message === 'string'
        ? message
        : JSON.stringify(message);
  return [{ ...(nest && { nest }), ...(err && { err }), ...(details.length > 0 && { details }) }, text];
}
