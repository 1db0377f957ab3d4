import type { FastifyReply } from 'fastify';
import type { AskedRequest } from './principal.js';

/** What is called, as the audit log names it. */
export interface CalledOperation {
  /** `users.create`, as OpenAPI has it. */
  readonly id: string;
  /** What kind of thing it changes; undefined for what changes nothing. */
  readonly subject?: string;
}

/** Has changes written down, before they are made and after. The audit feature provides it; without it nothing is recorded. */
export abstract class ChangeRecorder {
  /** @throws what `change` throws; or an outage, and then nothing was changed */
  abstract change(
    operation: CalledOperation,
    request: AskedRequest,
    reply: FastifyReply,
    change: () => Promise<unknown>,
  ): Promise<unknown>;
}
