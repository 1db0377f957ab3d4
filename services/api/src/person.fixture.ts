import type { ApiWorld } from './api-world.fixture.js';

/** Makes somebody with a group and a role of their own, from the administrator; answers a token of theirs. */
export async function person(
  { call }: Pick<ApiWorld, 'call'>,
  name: string,
  permissions: readonly string[],
): Promise<string> {
  await call('POST', '/users', { username: name, email: `${name}@example.org` });
  for (const kind of ['groups', 'roles']) await call('POST', `/${kind}`, { name });
  for (const permission of permissions) await call('PUT', `/roles/${name}/permissions/${permission}`);
  await call('PUT', `/groups/${name}/roles/${name}`);
  await call('PUT', `/groups/${name}/members/${name}`);
  return (await call('POST', `/users/${name}/tokens`, { name: 'test' })).body.token as string;
}
