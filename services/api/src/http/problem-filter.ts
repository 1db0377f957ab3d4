import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isOutage } from '@chasqui/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError } from 'rxjs';
import { changedMeanwhile, databaseAway } from '../database-faults.js';
import { Problem } from './problem.js';
import { Routes } from './routes.js';

/** Turns whatever was thrown into `{error: {code, message, facts}}`. What is not meant for people stays in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  constructor(private readonly routes: Routes) {}

  catch(thrown: unknown, host: ArgumentsHost) {
    if (host.getType() !== 'http') return throwError(() => thrown);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.problemOf(thrown, request);
    if (problem.code === 'bug') this.log.error(`request ${request.id} failed`, thrown);
    else if (problem.status >= 500) this.log.warn(`request ${request.id}: ${problem.code}`, thrown);
    if (reply.sent) return;
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (problem.status === 405)
      void reply.header('allow', (problem.facts!['methods'] as string[]).join(', '));
    if (problem.status === 503) void reply.header('retry-after', '5');
    if (problem.status === 429)
      void reply.header('retry-after', Number(problem.facts?.['retryAfterSeconds'] ?? 1));
    void reply.status(problem.status).type('application/json').send(bodyOf(problem));
  }

  private problemOf(thrown: unknown, request: FastifyRequest): Problem {
    // Of a method that no route there has, Fastify may say 404, or what is wrong with its headers.
    const methods =
      request.is404 && thrown instanceof HttpException && thrown.getStatus() < 500
        ? this.routes.methodsAt(pathOf(request))
        : [];
    return methods.length > 0 ? otherMethod(request, methods) : problemOf(thrown, request);
  }
}

/** What goes over the wire. */
export function bodyOf({ code, message, facts }: Problem) {
  return { error: { code, message, ...(facts && { facts }) } };
}

function problemOf(thrown: unknown, request: FastifyRequest): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException) return ofFramework(thrown, request);
  if (isOutage(thrown)) {
    return new Problem(
      503,
      thrown.code,
      'Something that this needs does not work just now; try again in a moment.',
    );
  }
  if (databaseAway(thrown)) {
    return new Problem(
      503,
      'database-unavailable',
      'The database cannot be reached just now; try again in a moment.',
    );
  }
  if (changedMeanwhile(thrown)) {
    return new Problem(
      409,
      'changed-meanwhile',
      'Somebody else changed this at the same moment; look at it again and retry.',
    );
  }
  return bug(request);
}

/** Nest and Fastify throw before any handler runs: no such route, a body that cannot be read. */
function ofFramework(thrown: HttpException, request: FastifyRequest): Problem {
  const status = thrown.getStatus();
  switch (request.is404 && status < 500 ? 404 : status) {
    case 400:
      return new Problem(400, 'bad-request', `The request cannot be read: ${thrown.message}.`);
    case 404:
      return new Problem(
        404,
        'unknown-route',
        `There is no ${request.method} ${pathOf(request).slice(0, 200)}; /openapi.json lists what there is.`,
      );
    case 413:
      return tooLarge(request.routeOptions.bodyLimit);
    case 415:
      return new Problem(415, 'not-json', 'Send the body as JSON, with “Content-Type: application/json”.');
    default:
      if (status < 500) return new Problem(status, 'bad-request', thrown.message);
      return bug(request);
  }
}

function otherMethod(request: FastifyRequest, methods: readonly string[]): Problem {
  const sentence = `${pathOf(request).slice(0, 200)} has ${methods.join(' and ')}, and no ${request.method}; see /openapi.json.`;
  return new Problem(405, 'no-such-method', sentence, { methods });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0]!;
}

function tooLarge(most = 0): Problem {
  const sentence = `The body is larger than this server takes: at most ${most.toLocaleString('en-US')} bytes.`;
  return new Problem(413, 'too-large', sentence, { most });
}

function bug({ id }: FastifyRequest): Problem {
  return new Problem(500, 'bug', `That is our fault, not yours. The log has more under ${id}.`, {
    requestId: id,
  });
}
