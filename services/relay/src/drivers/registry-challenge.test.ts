import { expect, it } from 'vitest';
import { readChallenge } from './registry-challenge.js';

it.each([
  ['Basic realm="testbed"', { scheme: 'basic' }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:a/b:pull,push',
    },
  ],
  ['bearer Realm="https://x/t"', { scheme: 'bearer', realm: 'https://x/t' }],
  [
    'Basic realm="x", Bearer realm="https://x/t",service="s"',
    { scheme: 'bearer', realm: 'https://x/t', service: 's' },
  ],
  ['Bearer service="s"', undefined],
  ['Negotiate', undefined],
  [undefined, undefined],
])('%j asks for %j', (header, challenge) => expect(readChallenge(header)).toEqual(challenge));
