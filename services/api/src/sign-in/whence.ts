import type { FastifyRequest } from 'fastify';
import type { Whence } from './sessions.service.js';

/** Where a request came from, for whoever looks at their sessions. */
export function whenceOf(request: FastifyRequest): Whence {
  const agent = request.headers['user-agent'];
  return { address: request.ip, ...(agent !== undefined && { agent }) };
}
