import { expect, it } from 'vitest';
import { ApiModule } from '../api.module.js';
import { allRoutes } from '../http/all-routes.js';
import type { ApiParts } from '../parts.js';
import { subjectReaders } from './subject-readers.js';

const routes = allRoutes(ApiModule.with({} as ApiParts));

/** What is sent and changes nothing, or is written down another way: runs, sign-ins and what commands keep. */
const notChanges =
  /^POST \/(runs|simulate|policy\/diff|registrations\/look|register|sign-in.*|sign-out.*)$|^\w+ \/store\/v1\//;
/** Of which nothing more is kept than that it was done. */
const withoutState = new Set(['installation', 'secrets']);

it('has every operation that changes something', () => {
  const silent = routes
    .filter(({ method }) => method !== 'GET')
    .filter(({ method, path, operation }) => !operation?.subject && !notChanges.test(`${method} ${path}`));
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

it('knows how to read the state of whatever is changed', () => {
  const kinds = new Set(routes.flatMap(({ operation }) => operation?.subject ?? []));
  const unread = [...kinds].filter((kind) => !(kind in subjectReaders) && !withoutState.has(kind));
  expect(unread).toEqual([]);
});
