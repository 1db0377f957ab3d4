import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('tokens for some permissions', (server) => {
  let people: PeopleApp;
  beforeAll(async () => {
    people = await openPeople(server);
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const issue = async (username: string, token: string, body: object) =>
    (await people.call('POST', `/users/${username}/tokens`, { token, body })).body;

  describe('a token with scopes', () => {
    it('does what its user may and its scopes say, and no more', async () => {
      const whole = await people.join('ann', 'chasqui:read-users', 'chasqui:manage-users', 'ops:read');
      const issued = await issue('ann', whole, {
        name: 'ci',
        scopes: ['chasqui:read-users', 'ops:read', 'ops:read'],
      });
      expect(issued.scopes).toEqual(['chasqui:read-users', 'ops:read']);
      const { token } = issued;
      expect((await people.call('GET', '/me', { token })).body).toMatchObject({
        permissions: ['chasqui:read-users', 'ops:read'],
        scopes: ['chasqui:read-users', 'ops:read'],
      });
      expect((await people.call('GET', '/users', { token })).status).toBe(200);
      const { status, body } = await people.call('POST', '/users', {
        token,
        body: { username: 'x', email: 'x@x' },
      });
      expect(status).toBe(403);
      expect(body.error.message).toBe(
        'You need chasqui:manage-users for this, and this token is for chasqui:read-users, ops:read only; use another token.',
      );
      await people.admin('DELETE', '/roles/ann/permissions/chasqui:read-users');
      expect((await people.call('GET', '/users', { token })).status).toBe(403);
      expect((await people.call('GET', '/users/ann/tokens', { token: whole })).body.tokens).toContainEqual(
        expect.objectContaining({ name: 'ci', scopes: ['chasqui:read-users', 'ops:read'], createdBy: 'ann' }),
      );
    });

    it('of an administrator administers nothing beyond them', async () => {
      const { token } = await issue('admin', people.adminToken, {
        name: 'narrow',
        scopes: ['chasqui:manage-groups', 'chasqui:manage-users'],
      });
      await people.join('eve');
      for (const [method, path, body] of [
        ['PUT', '/groups/admin/members/eve'],
        ['POST', '/users/admin/tokens', { name: 'wide' }],
        ['POST', '/users/eve/tokens', { name: 'wide' }],
        ['PATCH', '/users/admin', { email: 'eve@example.org' }],
      ] as const)
        expect((await people.call(method, path, { token, body })).status).toBe(403);
    });

    it('makes no token that says or lasts more', async () => {
      const whole = await people.join('bea', 'ops:read', 'ops:write');
      const soon = new Date(Date.now() + 3_600_000).toISOString();
      const later = new Date(Date.now() + 7_200_000).toISOString();
      const { token } = await issue('bea', whole, { name: 'narrow', scopes: ['ops:read'], expiresAt: soon });
      const tried = async (body: object) =>
        (await people.call('POST', '/users/bea/tokens', { token, body })).body.error?.code;
      expect(await tried({ name: 'a' })).toBe('scoped-token');
      expect(await tried({ name: 'b', scopes: ['ops:write'], expiresAt: soon })).toBe('scope-not-held');
      expect(await tried({ name: 'c', scopes: ['ops:read'] })).toBe('outlives');
      expect(await tried({ name: 'd', scopes: ['ops:read'], expiresAt: later })).toBe('outlives');
      expect(await tried({ name: 'e', scopes: ['ops:read'], expiresAt: soon })).toBeUndefined();
    });

    it('revokes none of its user’s but itself', async () => {
      const whole = await people.join('dora', 'ops:read');
      const { token } = await issue('dora', whole, { name: 'narrow', scopes: ['ops:read'] });
      const revoke = async (name: string) =>
        (await people.call('DELETE', `/users/dora/tokens/${name}`, { token })).status;
      expect(await revoke('first')).toBe(403);
      expect(await revoke('narrow')).toBe(204);
      expect(await revoke('first')).toBe(401);
    });

    it.each([
      ['what its user does not hold', { scopes: ['ops:write'] }, 'scope-not-held'],
      ['what there is not', { scopes: ['nothing:there'] }, 'scope-not-held'],
      ['nothing', { scopes: [] }, 'bad-request'],
      ['what is no permission', { scopes: ['everything'] }, 'bad-request'],
      ['what is no list', { scopes: 'ops:read' }, 'bad-request'],
    ])('is not made for %s', async (what, scopes, code) => {
      const name = what.replaceAll(' ', '-');
      const token = await people.join(name, 'ops:read');
      expect((await issue(name, token, { name: 'x', ...scopes })).error.code).toBe(code);
    });
  });

  describe('a service account', () => {
    it('has tokens and roles, and nothing of a person', async () => {
      const { admin } = people;
      expect(
        await admin('POST', '/users', { username: 'robot', kind: 'service', fullName: 'deploys' }),
      ).toMatchObject({
        status: 201,
        body: { username: 'robot', kind: 'service', email: '', fullName: 'deploys', subjects: [] },
      });
      await people.join('robots', 'ops:write', 'chasqui:read-users');
      await admin('PUT', '/groups/robots/members/robot');
      const { token } = await issue('robot', people.adminToken, { name: 'ci', scopes: ['ops:write'] });
      expect((await people.call('GET', '/me', { token })).body).toMatchObject({
        user: { username: 'robot', kind: 'service' },
        permissions: ['ops:write'],
      });
      const { status, body } = await admin('PUT', '/users/robot/identities/slack', { id: 'U1' });
      expect({ status, code: body.error.code }).toEqual({ status: 422, code: 'service-account' });
    });

    it('is no administrator that the others could leave behind', async () => {
      const { admin } = people;
      await admin('POST', '/users', { username: 'butler', kind: 'service' });
      await admin('PUT', '/groups/admin/members/butler');
      expect((await admin('DELETE', '/groups/admin/members/admin')).body.error.code).toBe('last-admin');
    });
  });
});
