import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { Revisions } from '../revisions.service.js';

/** Before anybody hears that they changed something, this instance forgets what it read before. */
@Injectable()
export class ForgetOwnChanges implements NestInterceptor {
  constructor(private readonly revisions: Revisions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    if (method === 'GET' || method === 'HEAD') return next.handle();
    return next.handle().pipe(finalize(() => this.revisions.forget()));
  }
}
