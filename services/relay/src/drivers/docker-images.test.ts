import { expect, it } from 'vitest';
import { digestOf } from './docker-images.js';

const Id = 'sha256:config';

it.each([
  ['ops/web:1', ['ops/web@sha256:a'], 'sha256:a'],
  [
    'registry.example:5000/ops/web:1',
    ['ops/web@sha256:a', 'registry.example:5000/ops/web@sha256:b'],
    'sha256:b',
  ],
  ['registry.example:5000/ops/web', ['registry.example:5000/ops/web@sha256:b'], 'sha256:b'],
  ['ops/web@sha256:c', ['ops/web@sha256:c'], 'sha256:c'],
  ['ops/renamed', ['ops/web@sha256:a'], 'sha256:a'],
  ['built-here', [], Id],
  ['built-here', undefined, Id],
])('the digest of %s, of which the engine has %j, is %s', (reference, RepoDigests, digest) =>
  expect(digestOf(reference, { Id, ...(RepoDigests && { RepoDigests }) })).toBe(digest),
);
