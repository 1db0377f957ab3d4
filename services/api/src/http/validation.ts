import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { z } from 'zod';
import { operationOf } from './operation.js';
import { Problem } from './problem.js';

/** Puts checked values in the place of what came, before Nest hands them to the handler. */
@Injectable()
export class Validation implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = context.getType() === 'http' && operationOf(context.getHandler());
    if (operation) {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      request.params = check('path', operation.params, withoutNul('path', request.params));
      request.query = check('query', operation.query, withoutNul('query', request.query));
      request.body = check('body', operation.body, request.body);
    }
    return next.handle();
  }
}

/** No name or id has a NUL, and no text in PostgreSQL: who asks for one is told here rather than by the database. */
function withoutNul(where: 'path' | 'query', values: unknown): unknown {
  const names = Object.entries(values ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' && value.includes('\0') ? [name] : [],
  );
  if (names.length === 0) return values;
  throw new Problem(400, 'bad-request', `The ${where} has a NUL character in ${names.join(', ')}.`);
}

function check(where: 'path' | 'query' | 'body', schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 20).map((issue) => ({
    where,
    path: issue.path.map(String).join('.'),
    message: issue.message.slice(0, 200),
  }));
  const said = new Set(problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)));
  const first = [...said].slice(0, 3);
  throw new Problem(
    400,
    'bad-request',
    `The ${where} does not fit: ${first.join('; ')}. See /openapi.json.`,
    { problems },
  );
}
