import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { callerOf } from '../http/caller.js';
import { operationId } from '../http/operation-id.js';
import type { AskedRequest } from '../http/principal.js';
import { ChangeRecorder, type CalledOperation } from '../http/recorder.js';
import { Routes } from '../http/routes.js';
import { outcomeOf } from '../http/outcome.js';
import type { Action, ActionEnd } from './action.js';
import { Audit } from './audit.service.js';
import { AuditSubjects, type Asked } from './subjects.service.js';

/** Requests whose change is in the log already. */
type Recorded = AskedRequest & { recorded?: true };

/**
 * Puts what is done over REST into the audit log: changes as `Recording` lets them through, everything else when it was answered. That also
 * has what never came to an operation, because the guard or a limit refused it. Health, metrics and the like, which anybody may
 * call, are no acts of anybody, and only a refusal of them is noted.
 */
@Injectable()
export class RequestRecorder extends ChangeRecorder {
  private operations:
    Map<string, CalledOperation & { readonly open: (status: number) => boolean }> | undefined;

  constructor(
    private readonly audit: Audit,
    private readonly subjects: AuditSubjects,
    private readonly routes: Routes,
    host: HttpAdapterHost,
  ) {
    super();
    // Here and not when the module begins: by then Fastify takes no hooks any more.
    host.httpAdapter.getInstance<FastifyInstance>().addHook('onResponse', (request, reply, done) => {
      this.answered(request as Recorded, reply);
      done();
    });
  }

  override change(
    { id, subject }: CalledOperation,
    request: AskedRequest,
    reply: FastifyReply,
    change: () => Promise<unknown>,
  ): Promise<unknown> {
    const asked = askedOf(request);
    const action = {
      ...actionOf(id, request),
      resource: { kind: subject!, name: this.subjects.name(subject!, asked) },
    };
    // Set where the entry is written: what fails before is noted as any other request.
    const recorded = () => {
      (request as Recorded).recorded = true;
      return change();
    };
    // A page may say no, too.
    const made = () => ({ result: resultOf(reply.statusCode), status: reply.statusCode });
    return this.audit.action({ ...action, ...detailsOf(asked) }, recorded, made, asked);
  }

  private answered(request: Recorded, { statusCode: status }: FastifyReply): void {
    if (request.recorded) return;
    const operation = this.operationOf(request);
    const { user, code } = outcomeOf(request);
    if (!operation || (operation.open(status) && user === undefined && code === undefined)) return;
    const result = code === undefined ? resultOf(status) : 'denied';
    const asked = askedOf(request);
    const { subject: kind } = operation;
    const action = {
      ...actionOf(operation.id, request),
      ...(user !== undefined && { user: { username: user } }),
    };
    // Whom nobody knows, and who asks too often, may ask for ever other things, and there are rows for ever: these are only counted.
    const counted = status === 429 || (action.user === undefined && action.runId === undefined);
    const name = kind === undefined || counted ? undefined : this.subjects.name(kind, asked);
    this.audit.note(
      {
        ...action,
        ...(!counted && detailsOf(asked, false)),
        ...(kind !== undefined && { resource: { kind, name } }),
      },
      { result, status, ...(code !== undefined && { code }) },
    );
  }

  private operationOf({ method, routeOptions }: AskedRequest) {
    this.operations ??= new Map(
      this.routes.all().map(({ method: verb, path, controller, handler, operation }) => [
        `${verb} ${path}`,
        {
          id: operationId(controller, handler),
          ...(operation?.subject !== undefined && { subject: operation.subject }),
          // Looks of nobody, and somebody who only asks whether it is time yet.
          open: (status) =>
            operation?.permission === 'public' && (status === 202 || (verb === 'GET' && status < 400)),
        },
      ]),
    );
    // Fastify answers HEAD wherever there is a GET, by the same handler: that is a look, too.
    const verb = method === 'HEAD' ? 'GET' : method;
    return this.operations.get(`${verb} ${routeOptions.url ?? ''}`);
  }
}

function resultOf(status: number): ActionEnd['result'] {
  if (status < 400) return 'allowed';
  return [401, 403, 429].includes(status) ? 'denied' : 'failed';
}

function actionOf(action: string, request: AskedRequest): Action {
  const { asker, command } = request;
  return {
    action,
    ...callerOf(request),
    ...(asker && { user: { id: asker.id, username: asker.username } }),
    // Who that is the run tells.
    ...(command && { method: 'command', runId: command.runId }),
  };
}

function askedOf(request: AskedRequest): Asked {
  const fields = (value: unknown) =>
    (typeof value === 'object' && value !== null ? value : {}) as Asked['params'];
  return {
    params: fields(request.params),
    query: fields(request.query),
    body: request.body,
    ...(request.asker && { asker: request.asker }),
  };
}

/** What was asked for. The body of what was refused may be anything, and is not kept. */
function detailsOf({ params, query, body }: Asked, withBody = true): { details?: Action['details'] } {
  const given = {
    ...params,
    ...query,
    ...(withBody && typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? body : {}),
  };
  return Object.keys(given).length > 0 ? { details: given } : {};
}
