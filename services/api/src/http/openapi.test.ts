import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from 'vitest';
import { ApiModule } from '../api.module.js';
import { builtInPermissions } from '../people/built-in-permissions.js';
import { PeopleModule } from '../people/people.module.js';
import type { ApiParts } from '../parts.js';
import { HttpModule } from './http.module.js';
import { openApi } from './openapi.js';
import { routesOf, type Route } from './routes.js';

const routes = controllersOfAll().flatMap(routesOf);
const document = openApi(routes, '1.2.3');
const operations = Object.values(document.paths).flatMap((path) => Object.values(path)) as {
  operationId: string;
  summary: string;
  description: string;
  security: unknown[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}[];

function controllersOfAll(): Type[] {
  const of = (module: Type) => (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Type[];
  return [
    ...(ApiModule.with({} as ApiParts).controllers ?? []),
    ...of(PeopleModule),
    ...of(HttpModule),
  ] as Type[];
}

const called = ({ method, path }: Route) => `${method} ${path}`;
const documented = ({ path }: Route) => path.replaceAll(/:(\w+)/g, '{$1}');

it('says of each operation who may call it', () => {
  const of = (id: string) => operations.find(({ operationId }) => operationId === id)!.description;
  for (const { operationId } of operations) expect(of(operationId)).toMatch(/^[A-Z].*\.$/);
  expect(of('users.create')).toBe('Needs `chasqui:manage-users`.');
  expect(of('bundles.enable')).toBe('Needs `chasqui:manage-bundles`, for this bundle at least.');
  expect(of('aliases.set')).toBe(
    'Whoever is signed in may, but not with a token that has scopes. One of the site needs `chasqui:manage-aliases`.',
  );
  expect(of('store.write')).toBe('For commands while they run.');
});

describe('every route', () => {
  it.each(routes.map((route) => [called(route), route] as const))(
    '%s is an operation',
    (_, { operation }) => {
      expect(operation?.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(['public', 'signed-in', 'command', ...builtInPermissions]).toContain(operation!.permission);
    },
  );

  it('that anybody may call is one of these', () => {
    const open = routes.filter(({ operation }) => operation?.permission === 'public').map(({ path }) => path);
    expect(open.toSorted()).toEqual([
      '/bootstrap',
      '/bundle.schema.json',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/openapi.json',
      '/register',
      '/sign-in',
      '/sign-in',
      '/sign-in/device',
      '/sign-in/device/poll',
      '/sign-in/form',
      '/sign-in/methods',
      '/sign-in/oidc',
      '/sign-in/oidc/callback',
      '/sign-in/token',
      '/sign-out/form',
      '/signed-in',
      '/signed-out',
    ]);
  });

  it('that is a command’s own is of the store', () => {
    const own = routes.filter(({ operation }) => operation?.permission === 'command');
    expect([...new Set(own.map(({ path }) => path.split('/').slice(0, 3).join('/')))]).toEqual(['/store/v1']);
  });

  it('uses no pattern that only some readers of a document know', () => {
    expect(JSON.stringify(document)).not.toMatch(/\\\\p\{/i);
  });

  it.each(routes.map((route) => [called(route), route] as const))('%s is in the document', (_, route) => {
    const operation = (document.paths[documented(route)] as Record<string, (typeof operations)[number]>)[
      route.method.toLowerCase()
    ]!;
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    expect(
      operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    ).toEqual(inPath);
    expect(operation.security).toHaveLength(route.operation!.permission === 'public' ? 0 : 1);
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Chasqui', version: '1.2.3' } });
    expect(document.components.securitySchemes).toHaveProperty('token');
    expect(Object.keys(document.paths).length).toBeGreaterThan(10);
  });

  it('names each operation once', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toEqual([...new Set(names)]);
  });

  it('describes every answer, and each error with one shape', () => {
    for (const { responses } of operations) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description).not.toBe('');
        if (Number(status) < 400) continue;
        // A page says by itself what is wrong.
        if (content && Object.keys(content).join() === 'text/html') continue;
        expect(content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } });
      }
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['500', '503']));
    }
  });

  it('refers to nothing that it does not have', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(document.components.schemas).toHaveProperty([reference.split('/').at(-1)!]);
    }
    expect(text).not.toContain('$defs');
  });
});
