import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { z } from 'zod';
import type { LimitKind } from '../people/scoped-permission.js';

/** Who may call an operation: holders of one permission, whoever is signed in, a command at work (by its store token), or anybody. */
export type Access = `chasqui:${string}` | 'signed-in' | 'command' | 'public';

/** Something that is not JSON: a stream of events, a page of metrics. */
export interface OtherContent {
  readonly contentType: string;
  /** Further types that it may be, as the query or the person asks. */
  readonly otherTypes?: readonly string[];
  readonly description: string;
}

/** What a status carries: JSON of this shape, nothing (`null`), or other content. */
export type Answer = z.ZodType | OtherContent | null;

export interface OperationSpec {
  /** One line, in the imperative: `List the users`. */
  readonly summary: string;
  /**
   * What kind of thing it changes (`user`, `bundle`, …), by its name in `AuditSubjects`. Every operation that changes something says so: then it
   * is made only once it stands in the audit log, with what was before and is after.
   */
  readonly subject?: string;
  readonly permission: Access;
  /**
   * The path parameter that names the one thing it is about: then the permission for that thing alone will do as well. Everything the
   * operation touches must lie within that thing. `byHandler` where the path does not say: then any such permission comes as far as the handler,
   * which asks `mustHoldOn` once it knows.
   */
  readonly on?: { readonly [K in LimitKind]?: string | typeof byHandler };
  /**
   * Of operations for whoever is signed in: tokens with scopes may call it too, because nothing in it lets their bearer do more than the scopes
   * say. Without it they are refused.
   */
  readonly scopedToo?: boolean;
  /** Where some calls need more than that, what and when: a sentence. */
  readonly besides?: string;
  /** Path parameters, all of them. */
  readonly params?: z.ZodObject;
  /** Without one a query is refused. */
  readonly query?: z.ZodObject;
  /** Without one a body is refused. */
  readonly body?: z.ZodType;
  /** Any body that is not JSON is taken as well, as it is: `body` gets a `Buffer`. */
  readonly takesText?: boolean;
  /** How large a body may be, in bytes; 128 KiB where it does not say. */
  readonly bodyBytes?: number;
  /** Whoever tries it often is an attacker: it is counted apart, and strictly. */
  readonly limit?: 'sign-in';
  /** By status, the successes; the lowest is what the handler answers with. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Further statuses of its own, as 404 or 409; those that every operation has (400, 401, 403, 413, 429, 500, …) are added by themselves. */
  readonly errors?: readonly number[];
}

/** What the guard, the validation and the OpenAPI document read. */
export interface Operation extends Omit<OperationSpec, 'params' | 'query' | 'body'> {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly takesBody: boolean;
}

/** See `OperationSpec.on`. */
export const byHandler = Symbol('the handler looks at the thing itself');

const key = 'chasqui:operation';

/**
 * Makes a route an operation: who may call it, what it takes, what it answers. A route without one does not answer.
 * Objects are strict: a key that the schema does not know is refused. The handler gets checked values from Nest's own
 * `@Param()`, `@Query()` and `@Body()`, and must return what `answers` says.
 */
export function Operation<const S extends OperationSpec>(spec: S) {
  const status = Math.min(...Object.keys(spec.answers).map(Number));
  const operation: Operation = {
    ...spec,
    params: strict(spec.params),
    query: strict(spec.query),
    body: spec.body ? strict(spec.body) : z.strictObject({}).nullish(),
    takesBody: spec.body !== undefined,
  };
  const decorate = applyDecorators(
    SetMetadata(key, operation),
    HttpCode(status),
    RouteConfig({ takesText: spec.takesText === true, bodyBytes: spec.bodyBytes, limit: spec.limit }),
  );
  return <H extends Handler<AnswerOf<S>>>(
    target: object,
    name: string | symbol,
    method: TypedPropertyDescriptor<H>,
  ): void => {
    decorate(target, name, method);
  };
}

/** The operation that a handler is, if it is one. */
export function operationOf(handler: object): Operation | undefined {
  return Reflect.getMetadata(key, handler) as Operation | undefined;
}

/** At the top only; a nested object that should be strict is written `z.strictObject`. */
function strict(schema: z.ZodType = z.strictObject({})): z.ZodType {
  return schema instanceof z.ZodObject && !schema.def.catchall ? schema.strict() : schema;
}

type Handler<T> = (...args: never[]) => T | Promise<T>;
type AnswerOf<S extends OperationSpec> = JsonOf<S['answers'][keyof S['answers']]>;
type JsonOf<A> = A extends z.ZodType ? z.input<A> : A extends null ? void : unknown;
