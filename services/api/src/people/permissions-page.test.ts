import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiModule } from '../api.module.js';
import { ownNames } from '../built-ins/names.js';
import { whoMayUse } from '../built-ins/who-may.js';
import { builtInHelp } from '../built-ins/names.js';
import { allRoutes } from '../http/all-routes.js';
import type { ApiParts } from '../parts.js';
import { builtInPermissions, limitable } from './built-in-permissions.js';
import { permissionsPage } from './permissions-page.js';

const routes = allRoutes(ApiModule.with({} as ApiParts));
const page = readFileSync(new URL('../../../../docs/guide/permissions.md', import.meta.url), 'utf8');
const remedy = 'run: npx tsc -b services/api && node services/api/scripts/write-docs.mjs';

describe('the guide’s page of permissions', () => {
  it('says what the code says', () => {
    expect(permissionsPage(page, routes) === page, remedy).toBe(true);
  });

  it.each(routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`))(
    'has %s',
    (operation) => {
      expect(page).toContain(`| \`${operation}\` |`);
    },
  );

  it.each(Object.keys(builtInHelp))('has !%s', (name) => {
    expect(ownNames).toContain(name);
    expect(whoMayUse).toHaveProperty([name]);
    expect(page).toContain(`| \`!${name}\` |`);
  });
});

describe('a permission', () => {
  it.each(builtInPermissions)('%s is asked for by something', (permission) => {
    const asked = routes.some(
      ({ operation }) =>
        operation?.permission === permission || operation?.besides?.includes(`\`${permission}\``),
    );
    expect(asked || permission === 'relay:use').toBe(true);
  });

  it('that an operation takes for one thing can be given so', () => {
    for (const { operation } of routes) {
      if (!operation?.on) continue;
      const kinds = limitable[operation.permission as keyof typeof limitable] ?? [];
      expect(kinds).toEqual(expect.arrayContaining(Object.keys(operation.on)));
    }
  });
});
