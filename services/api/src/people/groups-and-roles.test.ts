import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInPermissions } from './built-in-permissions.js';
import { declared, openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('groups and roles', (server) => {
  let people: PeopleApp;
  beforeAll(async () => {
    people = await openPeople(server);
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  describe('groups', () => {
    it('have members and roles', async () => {
      const { admin } = people;
      await people.join('ann');
      expect(await admin('POST', '/groups', { name: 'ops' })).toMatchObject({
        status: 201,
        body: { name: 'ops', members: [], roles: [] },
      });
      await admin('POST', '/roles', { name: 'operator' });
      expect(await admin('PUT', '/groups/ops/members/ann')).toMatchObject({
        status: 200,
        body: { name: 'ops', members: ['ann'], roles: [] },
      });
      expect((await admin('PUT', '/groups/ops/members/ann')).status).toBe(200);
      expect((await admin('PUT', '/groups/ops/roles/operator')).body).toEqual({
        name: 'ops',
        members: ['ann'],
        roles: ['operator'],
      });
      expect((await admin('GET', '/groups')).body.groups).toContainEqual({
        name: 'ops',
        members: ['ann'],
        roles: ['operator'],
      });
      expect((await admin('DELETE', '/groups/ops/members/ann')).status).toBe(204);
      expect((await admin('DELETE', '/groups/ops/roles/operator')).status).toBe(204);
      expect((await admin('GET', '/groups/ops')).body).toEqual({ name: 'ops', members: [], roles: [] });
      expect((await admin('DELETE', '/groups/ops')).status).toBe(204);
      expect((await admin('GET', '/groups/ops')).status).toBe(404);
    });

    it.each([
      ['POST', '/groups', { name: 'admin' }, 409, 'group-exists'],
      ['POST', '/groups', { name: 'A B' }, 400, 'bad-request'],
      ['POST', '/groups', { name: 'x', members: ['ann'] }, 400, 'bad-request'],
      ['DELETE', '/groups/admin', undefined, 409, 'built-in'],
      ['DELETE', '/groups/nowhere', undefined, 404, 'unknown-group'],
      ['PUT', '/groups/nowhere/members/admin', undefined, 404, 'unknown-group'],
      ['PUT', '/groups/admin/members/nobody', undefined, 404, 'unknown-user'],
      ['PUT', '/groups/admin/roles/none', undefined, 404, 'unknown-role'],
      ['DELETE', '/groups/admin/members/nobody', undefined, 404, 'unknown-user'],
      ['DELETE', '/groups/admin/roles/none', undefined, 404, 'role-not-held'],
      ['PUT', '/groups/admin/members/admin', { role: 'owner' }, 400, 'bad-request'],
    ])('%s %s is refused', async (method, path, sent, status, code) => {
      const { status: answered, body } = await people.admin(method, path, sent);
      expect({ status: answered, code: body.error.code }).toEqual({ status, code });
    });
  });

  describe('roles', () => {
    it('have permissions that exist', async () => {
      const { admin } = people;
      expect((await admin('POST', '/roles', { name: 'writer' })).body).toEqual({
        name: 'writer',
        permissions: [],
        limited: [],
      });
      await admin('PUT', '/roles/writer/permissions/ops:write');
      expect((await admin('PUT', '/roles/writer/permissions/chasqui:read-runs')).body.permissions).toEqual([
        'chasqui:read-runs',
        'ops:write',
      ]);
      expect((await admin('PUT', '/roles/writer/permissions/ops%3Awrite')).status).toBe(200);
      expect((await admin('DELETE', '/roles/writer/permissions/ops:write')).status).toBe(204);
      expect(await admin('DELETE', '/roles/writer/permissions/ops:write')).toMatchObject({
        status: 404,
        body: { error: { code: 'permission-not-held' } },
      });
      expect((await admin('GET', '/roles/writer')).body.permissions).toEqual(['chasqui:read-runs']);
    });

    it('ask whether another permission was meant', async () => {
      await people.admin('POST', '/roles', { name: 'typo' });
      const { status, body } = await people.admin('PUT', '/roles/typo/permissions/ops:wriet');
      expect(status).toBe(422);
      expect(body.error).toMatchObject({
        code: 'unknown-permission',
        facts: { permission: 'ops:wriet', nearest: ['ops:write'] },
      });
      expect(body.error.message).toContain('Did you mean ops:write?');
      expect(
        (await people.admin('PUT', '/roles/typo/permissions/net:trace')).body.error.facts.nearest,
      ).toEqual([]);
    });

    it('leave every group when they are deleted, and the group works on', async () => {
      const token = await people.join('stay', 'ops:read');
      expect((await people.admin('DELETE', '/roles/stay')).status).toBe(204);
      expect((await people.admin('GET', '/groups/stay')).body).toEqual({
        name: 'stay',
        members: ['stay'],
        roles: [],
      });
      expect((await people.call('GET', '/me', { token })).body).toMatchObject({
        groups: ['stay'],
        roles: [],
        permissions: [],
      });
    });

    it.each([
      ['POST', '/roles', { name: 'admin' }, 409, 'role-exists'],
      ['DELETE', '/roles/admin', undefined, 409, 'built-in'],
      ['DELETE', '/roles/none', undefined, 404, 'unknown-role'],
      ['DELETE', '/roles/admin/permissions/chasqui:manage-users', undefined, 409, 'built-in'],
      ['PUT', '/roles/none/permissions/ops:read', undefined, 404, 'unknown-role'],
      ['PUT', '/roles/admin/permissions/everything', undefined, 400, 'bad-request'],
    ])('%s %s is refused', async (method, path, sent, status, code) => {
      const { status: answered, body } = await people.admin(method, path, sent);
      expect({ status: answered, code: body.error.code }).toEqual({ status, code });
    });
  });

  it('lists the permissions that there are', async () => {
    const { permissions } = (await people.admin('GET', '/permissions')).body;
    expect(permissions).toEqual([
      ...builtInPermissions.map((name) => ({ name, from: 'built-in', description: expect.any(String) })),
      ...declared,
    ]);
  });
});
