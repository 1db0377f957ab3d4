import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('users and their chat identities', (server) => {
  let people: PeopleApp;
  beforeAll(async () => {
    people = await openPeople(server);
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  describe('users', () => {
    it('are made, shown, listed, changed and deleted', async () => {
      const { admin } = people;
      const made = await admin('POST', '/users', {
        username: 'ann',
        email: 'ann@example.org',
        fullName: 'Ann Ångström',
      });
      const ann = {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: 'ann',
        email: 'ann@example.org',
        fullName: 'Ann Ångström',
        active: true,
        groups: [],
        identities: [],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      };
      expect(made).toMatchObject({ status: 201, body: ann });
      expect((await admin('GET', '/users/ann')).body).toEqual(made.body);
      expect(
        (await admin('GET', '/users')).body.users.map((user: { username: string }) => user.username),
      ).toEqual(['admin', 'ann']);
      expect(await admin('PATCH', '/users/ann', { email: 'ann@new.example' })).toMatchObject({
        status: 200,
        body: { ...ann, email: 'ann@new.example' },
      });
      expect(await admin('DELETE', '/users/ann')).toMatchObject({ status: 204, body: '' });
      expect(await admin('GET', '/users/ann')).toMatchObject({
        status: 404,
        body: { error: { code: 'unknown-user' } },
      });
    });

    it('keep their groups, tokens and identities when something else changes', async () => {
      const token = await people.join('keeper', 'ops:read');
      await people.admin('PUT', '/users/keeper/identities/slack', { id: 'U1', workspace: 'T1' });
      expect(
        (await people.admin('PATCH', '/users/keeper', { fullName: 'K', email: 'k@example.org' })).body,
      ).toMatchObject({
        groups: ['keeper'],
        identities: [{ adapter: 'slack', workspace: 'T1', id: 'U1' }],
      });
      expect((await people.call('GET', '/me', { token })).body).toMatchObject({
        user: { username: 'keeper', email: 'k@example.org' },
        groups: ['keeper'],
        roles: ['keeper'],
        permissions: ['ops:read'],
      });
      expect((await people.admin('PATCH', '/users/keeper', {})).status).toBe(200);
    });

    it('may do nothing once they are deactivated, and everything again afterwards', async () => {
      const token = await people.join('pat');
      await people.admin('PATCH', '/users/pat', { active: false });
      expect(await people.call('GET', '/me', { token })).toMatchObject({
        status: 401,
        body: { error: { code: 'inactive-person' } },
      });
      await people.admin('PATCH', '/users/pat', { active: true });
      expect((await people.call('GET', '/me', { token })).status).toBe(200);
    });

    it('have a name of their own', async () => {
      const both = await Promise.all(
        ['one', 'two'].map((host) =>
          people.admin('POST', '/users', { username: 'twin', email: `twin@${host}.example` }),
        ),
      );
      expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([201, 409]));
      expect(both.find(({ status }) => status === 409)!.body.error).toMatchObject({
        code: 'username-taken',
        facts: { username: 'twin' },
      });
    });

    it.each([
      ['capitals', { username: 'Ann' }],
      ['a look-alike', { username: 'аnn' }],
      ['an empty name', { username: '' }],
      ['a name that is SQL', { username: "x'; drop table users; --" }],
      ['a long name', { username: 'x'.repeat(64) }],
      ['a name with a dot first', { username: '.x' }],
      ['a line break at the end', { username: 'x\n' }],
      ['no email', { email: undefined }],
      ['an email that is none', { email: 'nobody' }],
      ['a NUL in an email', { email: 'a\0@b' }],
      ['a control character in a full name', { fullName: 'a\u001b[31m' }],
      ['a number for a full name', { fullName: 7 }],
      ['more than there is: an id', { id: '00000000-0000-0000-0000-000000000001' }],
      ['more than there is: groups', { groups: ['admin'] }],
    ])('refuse %s', async (_, part) => {
      const { status, body } = await people.admin('POST', '/users', {
        username: 'new',
        email: 'new@example.org',
        ...part,
      });
      expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'bad-request' });
      expect((await people.admin('GET', '/users/new')).status).toBe(404);
    });

    it.each([
      { id: '00000000-0000-0000-0000-000000000001' },
      { username: 'other' },
      { kind: 'service' },
      { groups: ['admin'] },
      { roles: ['admin'] },
      { permissions: ['chasqui:manage-users'] },
      { identities: [] },
      { subjects: [{ issuer: 'x', subject: 'y' }] },
      { createdAt: '2000-01-01T00:00:00Z' },
      { 'active ': true },
      { __proto__: { active: false }, full_name: 'x' },
    ])('are not changed by what is none of their fields: %j', async (change) => {
      await people.join('fixed');
      const before = (await people.admin('GET', '/users/fixed')).body;
      const { status, body } = await people.admin('PATCH', '/users/fixed', {
        fullName: 'Changed',
        ...change,
      });
      expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'bad-request' });
      expect((await people.admin('GET', '/users/fixed')).body).toEqual(before);
    });

    it.each([
      '/users/%00',
      "/users/'%20or%20'1'='1",
      '/users/__proto__',
      '/users/constructor',
      '/users/nobody',
    ])('are not found by %s', async (path) => {
      expect([400, 404]).toContain((await people.admin('GET', path)).status);
    });

    it('are seen and changed by those who may', async () => {
      const [nobody, reader] = [
        await people.join('nobody1'),
        await people.join('reader1', 'chasqui:read-users'),
      ];
      const newcomer = { username: 'newcomer', email: 'n@example.org' };
      expect((await people.call('GET', '/users', { token: nobody })).status).toBe(403);
      expect((await people.call('GET', '/users', { token: reader })).status).toBe(200);
      expect(
        (await people.call('POST', '/users', { token: reader, body: newcomer })).body.error.facts,
      ).toEqual({ permission: 'chasqui:manage-users' });
      expect((await people.call('GET', '/users')).status).toBe(401);
    });
  });

  describe('chat identities', () => {
    it('belong to one user, and a user has one in a workspace', async () => {
      await people.join('ida');
      await people.join('ivo');
      const put = (username: string, body: object) =>
        people.admin('PUT', `/users/${username}/identities/slack`, body);
      expect((await put('ida', { id: 'U10', workspace: 'T' })).body.identities).toEqual([
        { adapter: 'slack', workspace: 'T', id: 'U10' },
      ]);
      expect((await put('ida', { id: 'U11', workspace: 'T' })).body.identities).toEqual([
        { adapter: 'slack', workspace: 'T', id: 'U11' },
      ]);
      expect((await put('ida', { id: 'U11' })).body.identities).toHaveLength(2);
      expect(await put('ivo', { id: 'U11' })).toMatchObject({
        status: 409,
        body: { error: { code: 'identity-taken', facts: { username: 'ida' } } },
      });
      expect((await put('ivo', { id: 'U10', workspace: 'T' })).status).toBe(200);
    });

    it('are taken away, in one workspace or in all', async () => {
      await people.join('ike');
      for (const workspace of ['', 'A', 'B'])
        await people.admin('PUT', '/users/ike/identities/web', { id: `W${workspace}`, workspace });
      expect((await people.admin('DELETE', '/users/ike/identities/web?workspace=A')).status).toBe(204);
      expect(
        (await people.admin('GET', '/users/ike')).body.identities.map(({ id }: { id: string }) => id),
      ).toEqual(['W', 'WB']);
      expect((await people.admin('DELETE', '/users/ike/identities/web')).status).toBe(204);
      expect(await people.admin('DELETE', '/users/ike/identities/web')).toMatchObject({
        status: 404,
        body: { error: { code: 'unknown-identity' } },
      });
    });

    it('are given to one of two who ask at once', async () => {
      await people.join('race1');
      await people.join('race2');
      const both = await Promise.all(
        ['race1', 'race2'].map((name) =>
          people.admin('PUT', `/users/${name}/identities/irc`, { id: 'nick' }),
        ),
      );
      expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
    });

    it('do not take a stranger', async () => {
      expect((await people.admin('PUT', '/users/stranger/identities/slack', { id: 'U' })).status).toBe(404);
      expect((await people.admin('PUT', '/users/ida/identities/slack', { id: '' })).status).toBe(400);
      expect(
        (await people.admin('PUT', '/users/ida/identities/slack', { id: 'U', user_id: 'x' })).status,
      ).toBe(400);
    });
  });
});
