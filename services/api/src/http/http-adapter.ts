import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyHttpOptions, type FastifyRequest } from 'fastify';
import type { HttpPlace } from './http-settings.js';
import { readCertificate } from './certificate.js';
import { bodyOf } from './problem-filter.js';
import { Problem } from './problem.js';

export interface HttpAdapterOptions {
  /** How large a body may be where its operation does not say. Bytes. */
  readonly bodyLimit?: number;
  readonly place?: Pick<HttpPlace, 'tls' | 'trustedProxies'>;
  /** How long a client may take to send its head, and all it sends, in milliseconds. */
  readonly headWithinMs?: number;
  readonly requestWithinMs?: number;
}

/** A line and its headers, altogether. Bytes. */
const headBytes = 16 * 1024;

/**
 * Fastify as we want it under Nest. Create the application with `bodyParser: false`: then Fastify's own JSON parser is the
 * only one, which refuses `__proto__` and `constructor.prototype`; Nest's would take forms too. What is not JSON reaches only operations
 * that take text, as bytes. Who sends slowly is cut off, so that nobody can hold connections for nothing.
 * @throws SettingsError where the certificate cannot be used
 */
export function httpAdapter({
  bodyLimit = 1024 * 1024,
  place = {},
  headWithinMs = 10_000,
  requestWithinMs = 30_000,
}: HttpAdapterOptions = {}): FastifyAdapter {
  const server = {
    maxHeaderSize: headBytes,
    headersTimeout: headWithinMs,
    connectionsCheckingInterval: Math.min(2_000, headWithinMs / 2),
  };
  const { tls, trustedProxies = [] } = place;
  // Its types have a class of their own for HTTPS; to everybody else it is the same.
  const adapter = new FastifyAdapter({
    bodyLimit,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 300 },
    requestTimeout: requestWithinMs,
    keepAliveTimeout: 75_000,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    ...(tls
      ? { https: { ...server, handshakeTimeout: headWithinMs, ...readCertificate(tls) } }
      : { http: server }),
    clientErrorHandler,
    frameworkErrors: (
      { code }: { code?: string },
      _request: unknown,
      reply: { raw: { writeHead: WriteHead; end(body: string): unknown } },
    ) => {
      const problem = code === 'FST_ERR_MAX_PARAM_LENGTH' ? longName : badAddress;
      reply.raw.writeHead(problem.status, { 'content-type': 'application/json' });
      reply.raw.end(JSON.stringify(bodyOf(problem)));
    },
  } as FastifyHttpOptions<Server>) as FastifyAdapter;
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

const longName = new Problem(
  404,
  'unknown-route',
  'Nothing here has a name of more than 300 characters; see /openapi.json.',
);

/** What was no request, or none that came in time: it is answered in our shape, and the connection is closed. */
function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(bodyOf(problem));
  socket.end(
    `HTTP/1.1 ${problem.status} ${phrases[problem.status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem(408, 'too-slow', 'The request did not arrive in time; send it again, faster.');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const sentence = `The address and the headers are too long together: at most ${headBytes.toLocaleString('en-US')} bytes.`;
    return new Problem(431, 'too-large', sentence, { most: headBytes });
  }
  return new Problem(400, 'bad-request', 'That is no HTTP request that can be read.');
}
