import { z } from 'zod';
import type { Answer, Operation } from './operation.js';
import { operationId } from './operation-id.js';
import type { Route } from './routes.js';

type Json = Record<string, unknown>;
type ToSchema = (schema: z.ZodType, io: 'input' | 'output') => Json;

/** The OpenAPI 3.1 document of these routes. Shapes that have an id (`.meta({ id })`) stand once, under components. */
export function openApi(routes: readonly Route[], version: string) {
  const schemas: Json = {};
  const toSchema: ToSchema = (schema, io) => {
    const { $schema: _, $defs, ...json } = z.toJSONSchema(schema, { io });
    Object.assign(schemas, pointToComponents($defs ?? {}));
    return pointToComponents(json);
  };
  const paths: Record<string, Json> = {};
  for (const { operation, ...route } of routes) {
    if (!operation) continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = describe(route, operation, toSchema);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Chasqui', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of a user, chq_…' },
        storeToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The CHASQUI_STORE_TOKEN that a command has in its environment',
        },
      },
    },
  };
}

function describe(route: Omit<Route, 'operation'>, operation: Operation, toSchema: ToSchema): Json {
  const tag = route.controller.replace(/Controller$/, '').toLowerCase();
  const { permission } = operation;
  return {
    operationId: operationId(route.controller, route.handler),
    tags: [tag],
    summary: operation.summary,
    description: [whoMay(operation), operation.besides].filter(Boolean).join(' '),
    security: permission === 'public' ? [] : [{ [permission === 'command' ? 'storeToken' : 'token']: [] }],
    parameters: [
      ...parametersOf('path', operation.params, toSchema),
      ...parametersOf('query', operation.query, toSchema),
    ],
    ...(operation.takesBody && {
      requestBody: {
        required: true,
        content: {
          ...asJson(toSchema(operation.body, 'input')),
          ...(operation.takesText && { 'text/plain': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, answered(answer, toSchema)]),
      ),
      ...Object.fromEntries(errorsOf(operation).map((status) => [status, failed(status, toSchema)])),
    },
  };
}

/** Who may call an operation: a sentence or two. */
function whoMay({ permission, on, scopedToo }: Operation): string {
  if (permission === 'public') return 'Anybody may.';
  if (permission === 'signed-in')
    return `Whoever is signed in may${scopedToo ? '' : ', but not with a token that has scopes'}.`;
  if (permission === 'command') return 'For commands while they run.';
  const [kind] = on ? Object.keys(on) : [];
  return `Needs \`${permission}\`${kind ? `, for this ${kind} at least` : ''}.`;
}

function parametersOf(where: 'path' | 'query', schema: z.ZodType, toSchema: ToSchema): Json[] {
  const { properties = {}, required = [] } = toSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function answered(answer: Answer, toSchema: ToSchema): Json {
  if (answer === null) return { description: 'Done; there is nothing to say.' };
  if ('contentType' in answer)
    return {
      description: answer.description,
      content: Object.fromEntries(
        [answer.contentType, ...(answer.otherTypes ?? [])].map((type) => [
          type,
          isEvents(type) ? {} : { schema: { type: 'string' } },
        ]),
      ),
    };
  return { description: answer.description ?? 'Done.', content: asJson(toSchema(answer, 'output')) };
}

/** A schema of a stream of events is taken for that of each event. */
function isEvents(contentType: string): boolean {
  return contentType.startsWith('text/event-stream');
}

/** Those that any operation of its kind may answer, and its own. */
function errorsOf(operation: Operation): number[] {
  const { permission } = operation;
  const signedIn = permission === 'public' ? [] : [401];
  const may = permission.includes(':') || permission === 'signed-in' ? [403] : [];
  const all = new Set([
    400,
    ...signedIn,
    ...may,
    ...(operation.takesBody ? [413, 415] : []),
    414,
    ...(operation.errors ?? []),
    429,
    500,
    503,
  ]);
  return [...all].sort((a, b) => a - b);
}

function failed(status: number, toSchema: ToSchema): Json {
  return {
    description: meanings[status] ?? 'Something was wrong; the body says what.',
    content: asJson(toSchema(ProblemBody, 'output')),
  };
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  401: 'There is no token, or it is unknown, revoked or expired.',
  403: 'A permission is missing.',
  404: 'There is no such thing.',
  409: 'It does not fit what is there.',
  412: 'It was changed meanwhile.',
  413: 'The body is too large.',
  414: 'The address is too long.',
  415: 'The body is not JSON.',
  422: 'It was understood and has faults; `facts` lists them.',
  429: 'It is asked too often; `Retry-After` says for how many seconds to wait.',
  500: 'A fault of ours; `facts.requestId` finds it in the log.',
  503: 'Something that the server needs does not work just now.',
};

const ProblemBody = z
  .object({
    error: z.object({
      code: z.string().describe('Stable, for programs.'),
      message: z.string().describe('A sentence for people, that says what to do next.'),
      facts: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .meta({ id: 'Problem' });

function asJson(schema: Json): Json {
  return { 'application/json': { schema } };
}

/** zod refers to shapes beside the one it prints; OpenAPI keeps them in one place. */
function pointToComponents(json: object): Json {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
