import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { bodyOf } from './problem-filter.js';
import { Problem } from './problem.js';

/**
 * Fastify as we want it under Nest. Create the application with `bodyParser: false`: then Fastify's own JSON parser is the
 * only one, which refuses `__proto__` and `constructor.prototype`; Nest's would take forms too.
 * @param options.bodyLimit in bytes
 */
export function httpAdapter({ bodyLimit = 1024 * 1024 }: { bodyLimit?: number } = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (
      _error: unknown,
      _request: unknown,
      reply: { raw: { writeHead: WriteHead; end(body: string): unknown } },
    ) => {
      reply.raw.writeHead(400, { 'content-type': 'application/json' });
      reply.raw.end(JSON.stringify(bodyOf(badAddress)));
    },
  });
  adapter.getInstance().removeContentTypeParser('text/plain');
  return adapter;
}

type WriteHead = (status: number, headers: Record<string, string>) => unknown;

const badAddress = new Problem(
  400,
  'bad-request',
  'The address cannot be read: a % in it is not followed by two hexadecimal digits.',
);
