import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyRequest } from 'fastify';
import { bodyOf } from './problem-filter.js';
import { Problem } from './problem.js';

/**
 * Fastify as we want it under Nest. Create the application with `bodyParser: false`: then Fastify's own JSON parser is the
 * only one, which refuses `__proto__` and `constructor.prototype`; Nest's would take forms too. What is not JSON reaches only operations
 * that take text, as bytes.
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
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if ((request.routeOptions.config as { takesText?: boolean }).takesText) return body;
    throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers['content-type']);
  });
  return adapter;
}

type WriteHead = (status: number, headers: Record<string, string>) => unknown;

const badAddress = new Problem(
  400,
  'bad-request',
  'The address cannot be read: a % in it is not followed by two hexadecimal digits.',
);
