import type { FastifyRequest } from 'fastify';

/** What came of a request that its status does not tell: who signed in by it, or wanted to; and why not. */
export interface Outcome {
  readonly user?: string;
  /** A refusal's code, where the answer is a page or a redirection all the same. */
  readonly code?: string;
}

const outcomes = new WeakMap<FastifyRequest, Outcome>();

/** Tells the audit log what came of a request. */
export function tellOutcome(request: FastifyRequest, outcome: Outcome): void {
  outcomes.set(request, { ...outcomes.get(request), ...outcome });
}

export function outcomeOf(request: FastifyRequest): Outcome {
  return outcomes.get(request) ?? {};
}
