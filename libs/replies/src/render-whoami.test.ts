import { expect, it } from 'vitest';
import { renderWhoami } from './render-whoami.js';

it('says who somebody is and what they hold', () => {
  const ann = {
    username: 'ann',
    email: 'ann@example.com',
    groups: [],
    permissions: new Set(['ops:write', 'ops:read']),
  };
  expect(renderWhoami(ann).text).toBe(
    [
      'user         ann',
      'e-mail       ann@example.com',
      'groups       none',
      'permissions  ops:read, ops:write',
    ].join('\n'),
  );
});
