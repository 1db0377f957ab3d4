import { expect, it } from 'vitest';
import { keyFault } from './key-fault.js';

it.each(['API_URL', 'a', '_X', 'Path_To', 'HTTP_PROXY', 'LDAP_URL', 'CHASQUI'])('%s is a key', (key) =>
  expect(keyFault(key)).toBeUndefined(),
);

it.each(['', '1A', 'A B', 'A=B', 'A-B', 'É', 'A\n', 'x'.repeat(129)])('%j is not a name', (key) =>
  expect(keyFault(key)).toBe('not-a-name'),
);

it.each([
  'PATH',
  'path',
  'LD_PRELOAD',
  'ld_library_path',
  'CHASQUI_USER',
  'chasqui_x',
  'gort_x',
  'COG_USER',
  'BASH_ENV',
  'TRACEPARENT',
  'NODE_OPTIONS',
  'git_ssh_command',
  'GIT_CONFIG_COUNT',
  'PERL5DB',
])('%s is not to be set', (key) => expect(keyFault(key)).toBe('reserved'));
