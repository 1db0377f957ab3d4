import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, tryBundle, type ApiWorld } from '../api-world.fixture.js';

whenPostgres('a permission for one thing', (server) => {
  let world: ApiWorld;
  let token: string;
  beforeAll(async () => {
    world = await apiWorld(server);
    await world.relay('fra-1', ['dc=fra']);
    await world.relay('ams-1', ['dc=ams']);
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    await world.call('POST', '/groups', { name: 'ann' });
    await world.call('POST', '/roles', { name: 'ann' });
    await world.call('PUT', '/groups/ann/members/ann');
    await world.call('PUT', '/groups/ann/roles/ann');
    for (const grant of [
      'chasqui:read-bundles?bundle=try',
      'chasqui:manage-bundles?bundle=try',
      'chasqui:manage-config?bundle=try',
      'chasqui:read-store?bundle=try',
      'chasqui:read-relays?relay=dc=fra',
      'chasqui:manage-relays?relay=dc=fra',
    ])
      expect((await world.call('PUT', `/roles/ann/permissions/${grant}`)).status).toBe(200);
    token = (await world.call('POST', '/users/ann/tokens', { name: 'first' })).body.token;
    await world.call('POST', '/bundles', {
      source: tryBundle.replace('name: try', 'name: other'),
      enable: true,
    });
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  const other = tryBundle.replace('name: try', 'name: other');

  describe('counts for that thing and for no other', () => {
    it.each([
      ['GET', '/bundles/try', '/bundles/other', undefined],
      ['GET', '/bundles/try/1.0.0', '/bundles/other/1.0.0', undefined],
      ['DELETE', '/bundles/try/enabled', '/bundles/other/enabled', undefined],
      ['PUT', '/bundles/try/enabled', '/bundles/other/enabled', { version: '1.0.0' }],
      ['PUT', '/config/try/COLOUR', '/config/other/COLOUR', { value: 'red' }],
      ['GET', '/store/bundles/try', '/store/bundles/other', undefined],
      ['GET', '/relays/fra-1', '/relays/ams-1', undefined],
      ['DELETE', '/relays/fra-1', '/relays/ams-1', undefined],
    ])('%s %s, not %s', async (method, theirs, not, body) => {
      const refused = await world.call(method, not, body, token);
      expect({ status: refused.status, code: refused.body.error?.code }).toEqual({
        status: 403,
        code: 'lacks-permission',
      });
      expect((await world.call(method, theirs, body, token)).status).toBeLessThan(300);
    });

    it('of a bundle that is installed, by the name that its file gives', async () => {
      const install = (source: string) => world.call('POST', '/bundles', { source, force: true }, token);
      expect((await install(tryBundle.replace('Does it', 'Does it well'))).status).toBe(201);
      const { status, body } = await install(other);
      expect(status).toBe(403);
      expect(body.error.message).toBe(
        'You have chasqui:manage-bundles for bundle try only; ask an administrator for a role that has it for bundle other.',
      );
    });

    it.each([
      ['GET', '/bundles', undefined],
      ['GET', '/relays', undefined],
      ['POST', '/relays', { name: 'fra-2', tags: ['dc=fra'] }],
      ['GET', '/relays/nowhere', undefined],
    ])('and not for all of them: %s %s', async (method, path, body) => {
      expect((await world.call(method, path, body, token)).status).toBe(403);
    });
  });
});
