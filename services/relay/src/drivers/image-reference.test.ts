import { expect, it } from 'vitest';
import { readReference } from './image-reference.js';

const digest = `sha256:${'a'.repeat(64)}`;

it.each([
  ['busybox', 'registry-1.docker.io', 'library/busybox', 'latest'],
  ['busybox:1.37', 'registry-1.docker.io', 'library/busybox', '1.37'],
  ['grafana/loki', 'registry-1.docker.io', 'grafana/loki', 'latest'],
  ['docker.io/library/busybox', 'registry-1.docker.io', 'library/busybox', 'latest'],
  ['ghcr.io/org/team/app:v1', 'ghcr.io', 'org/team/app', 'v1'],
  [`ghcr.io/org/app@${digest}`, 'ghcr.io', 'org/app', digest],
  [`ghcr.io/org/app:v1@${digest}`, 'ghcr.io', 'org/app', digest],
  ['localhost/app', 'localhost', 'app', 'latest'],
  ['127.0.0.1:5000/ops/tool:1', '127.0.0.1:5000', 'ops/tool', '1'],
  ['[::1]:5000/ops/tool:1', '[::1]:5000', 'ops/tool', '1'],
])('%s is asked for at %s, as %s, %s', (text, host, repository, version) => {
  expect(readReference(text)).toEqual({ host, repository, version });
});

it.each([
  '',
  'Busybox',
  'a/../b',
  'ghcr.io/a/..%2f:1',
  'app:',
  'app@sha256:0',
  'app:1 2',
  'ghcr.io/a?b',
  'me@host:1/a',
])('%j is no name of an image', (text) => expect(readReference(text)).toBeUndefined());
