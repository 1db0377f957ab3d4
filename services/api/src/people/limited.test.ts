import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';
import { readAsker } from './who-sql.js';

whenPostgres('permissions for one thing', (server) => {
  let people: PeopleApp;
  beforeAll(async () => {
    people = await openPeople(server);
    await people.admin('POST', '/roles', { name: 'deployer' });
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  describe('a limit', () => {
    it('is kept in one form, beside the same permission without one', async () => {
      const { admin } = people;
      const at = '/roles/deployer/permissions/relay:use';
      await admin('PUT', `${at}?relay=${encodeURIComponent('gpu, env in (prod,prod)')}`);
      await admin('PUT', `${at}?relay=${encodeURIComponent('env=prod,gpu')}`);
      const { body } = await admin('PUT', '/roles/deployer/permissions/chasqui:manage-bundles?bundle=ops');
      expect(body).toEqual({
        name: 'deployer',
        permissions: [],
        limited: [
          { permission: 'chasqui:manage-bundles', of: 'bundle', what: 'ops' },
          { permission: 'relay:use', of: 'relay', what: 'env=prod,gpu' },
        ],
      });
      expect((await admin('PUT', at)).body.permissions).toEqual(['relay:use']);
      expect((await admin('DELETE', at)).status).toBe(204);
      expect((await admin('GET', '/roles/deployer')).body).toEqual(body);
      expect((await admin('DELETE', `${at}?relay=env=prod`)).body.error.message).toBe(
        'The role deployer does not have relay:use of relay env=prod.',
      );
      expect((await admin('DELETE', `${at}?relay=gpu,env=prod`)).status).toBe(204);
    });

    it('is known to whoever holds it, and to commands', async () => {
      const token = await people.join('ann', 'ops:read');
      await people.admin('PUT', '/roles/ann/permissions/chasqui:read-store?bundle=ops');
      const limited = [{ permission: 'chasqui:read-store', of: 'bundle', what: 'ops' }];
      expect((await people.call('GET', '/me', { token })).body).toMatchObject({
        permissions: ['ops:read'],
        limited,
      });
      expect(
        await readAsker(people.dataSource, { adapter: 'terminal', senderId: 'ann', trusted: true }),
      ).toMatchObject({ permissions: ['ops:read'], scoped: limited });
    });

    it.each([
      ['chasqui:read-users?bundle=ops', 'no-such-limit'],
      ['chasqui:manage-bundles?relay=env=prod', 'no-such-limit'],
      ['ops:read?relay=env=prod', 'no-such-limit'],
      ['relay:use?relay=env=prod&bundle=ops', 'several-limits'],
      ['relay:use?relay=env%20in%20(', 'bad-limit'],
      ['relay:use?relay=%20', 'bad-limit'],
      ['chasqui:manage-bundles?bundle=a%20b', 'bad-limit'],
      ["chasqui:manage-bundles?bundle=';drop table users;--", 'bad-limit'],
    ])('that nothing looks at is refused: %s', async (what, code) => {
      const { status, body } = await people.admin('PUT', `/roles/deployer/permissions/${what}`);
      expect({ status, code: body.error?.code }).toEqual({ status: 422, code });
    });
  });

  describe('a permission of the site', () => {
    it('is made, held by administrators, given and deleted', async () => {
      const { admin } = people;
      expect(
        await admin('POST', '/permissions', { name: 'site:oncall', description: 'is on call' }),
      ).toMatchObject({
        status: 201,
        body: { name: 'site:oncall', from: 'site', description: 'is on call' },
      });
      expect((await admin('POST', '/permissions', { name: 'site:oncall' })).body.error.code).toBe(
        'permission-exists',
      );
      expect((await admin('GET', '/permissions')).body.permissions).toContainEqual({
        name: 'site:oncall',
        from: 'site',
        description: 'is on call',
      });
      expect((await admin('GET', '/me')).body.permissions).toContain('site:oncall');
      expect((await admin('PUT', '/roles/deployer/permissions/site:oncall')).body.permissions).toEqual([
        'site:oncall',
      ]);
      expect((await admin('DELETE', '/permissions/site:oncall')).status).toBe(204);
      expect((await admin('GET', '/roles/deployer')).body.permissions).toEqual([]);
      expect((await admin('DELETE', '/permissions/site:oncall')).body.error.code).toBe(
        'unknown-site-permission',
      );
    });

    it.each(['chasqui:manage-users', 'ops:mine', 'site:', 'site:A', 'site:а', 'oncall', 'site:a\nb'])(
      'is not called %j',
      async (name) => {
        expect((await people.admin('POST', '/permissions', { name })).status).toBe(400);
        expect((await people.admin('DELETE', `/permissions/${encodeURIComponent(name)}`)).status).toBe(400);
      },
    );
  });
});
