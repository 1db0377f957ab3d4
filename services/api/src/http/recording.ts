import {
  Injectable,
  Optional,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { operationId } from './operation-id.js';
import { operationOf } from './operation.js';
import type { AskedRequest } from './principal.js';
import { ChangeRecorder } from './recorder.js';

/** Lets no operation that changes something do so unrecorded. It stands behind the validation, so it sees checked values. */
@Injectable()
export class Recording implements NestInterceptor {
  constructor(@Optional() private readonly recorder?: ChangeRecorder) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const subject = context.getType() === 'http' && operationOf(context.getHandler())?.subject;
    if (!subject || !this.recorder) return next.handle();
    const id = operationId(context.getClass().name, context.getHandler().name);
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AskedRequest>(), http.getResponse<FastifyReply>()];
    const change = () => lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(this.recorder.change({ id, subject }, request, reply, change));
  }
}
