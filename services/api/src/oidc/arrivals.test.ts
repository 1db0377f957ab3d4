import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, openOidc, type OidcApp } from './oidc-app.fixture.js';

whenPostgres('an identity provider', (server) => {
  let on: OidcApp;
  beforeAll(async () => {
    on = await openOidc(server);
  });
  afterAll(async () => on[Symbol.asyncDispose]());
  afterEach(async () => on.reset());

  describe('finds out who somebody is here', () => {
    const outcome = async () => (await on.through()).to;

    it('and makes nobody where that is not wanted', async () => {
      on.oidc.create = false;
      expect(await outcome()).toBe(because('oidc-unknown'));
      expect(await on.users()).toBe(1);
    });

    it('by a verified address, where that is wanted', async () => {
      on.oidc.create = false;
      on.oidc.joinByEmail = true;
      await on.app.admin('POST', '/users', { username: 'lee', email: 'Ann.Lee@Example.ORG' });
      on.ann({ email_verified: false });
      expect(await outcome()).toBe(because('oidc-unknown'));
      on.ann({ email_verified: 'true' });
      expect(await outcome()).toBe(because('oidc-unknown'));
      on.ann({ email_verified: true });
      const { browser } = await on.through();
      expect((await on.who(browser)).username).toBe('lee');
      on.idp.people.set('eve-2', { email: 'ann.lee@example.org', email_verified: true });
      on.idp.who = 'eve-2';
      expect(await outcome()).toBe(because('oidc-unknown'));
    });

    it('not by an address that two have, nor one that is deactivated, nor without the switch', async () => {
      on.oidc.create = false;
      await on.app.admin('POST', '/users', { username: 'lee', email: 'ann.lee@example.org' });
      expect(await outcome()).toBe(because('oidc-unknown'));
      on.oidc.joinByEmail = true;
      await on.app.admin('POST', '/users', { username: 'other', email: 'ann.lee@example.org' });
      expect(await outcome()).toBe(because('oidc-unknown'));
      await on.app.admin('DELETE', '/users/other');
      await on.app.admin('PATCH', '/users/lee', { active: false });
      expect(await outcome()).toBe(because('oidc-unknown'));
    });

    it('by what an administrator said', async () => {
      on.oidc.create = false;
      await on.app.admin('POST', '/users', { username: 'lee', email: 'lee@example.org' });
      const joined = await on.app.admin('PUT', '/users/lee/subject', { subject: 'ann-1' });
      expect(joined).toMatchObject({ status: 200, body: { username: 'lee', subject: 'ann-1' } });
      const { browser } = await on.through();
      expect((await on.who(browser)).username).toBe('lee');
      await on.app.admin('POST', '/users', { username: 'other', email: 'o@example.org' });
      const taken = await on.app.admin('PUT', '/users/other/subject', { subject: 'ann-1' });
      expect([taken.status, taken.body.error.code]).toEqual([409, 'subject-taken']);
      const helper = await on.app.join('helpdesk', 'chasqui:manage-users');
      const stolen = await on.app.call('PUT', '/users/admin/subject', {
        token: helper,
        body: { subject: 'me' },
      });
      expect(stolen.status).toBe(403);
      await on.app.admin('DELETE', '/users/lee/subject');
      expect((await browser.go('GET', '/me')).status).toBe(401);
      expect(await outcome()).toBe(because('oidc-unknown'));
    });

    it('never by the name alone', async () => {
      await on.app.admin('POST', '/users', { username: 'ann', email: 'other@example.org' });
      expect(await outcome()).toBe(because('oidc-name-taken'));
      on.idp.people.set('ann-1', { preferred_username: 'admin', email: 'x@example.org' });
      expect(await outcome()).toBe(because('oidc-name-taken'));
    });

    it.each<{ of: string; preferred_username: unknown; email?: string }>([
      { of: 'a letter of another alphabet', preferred_username: 'аnn', email: 'аnn@example.org' },
      { of: 'a control character', preferred_username: 'ann\u0000' },
      { of: 'no text', preferred_username: { $ne: 1 } },
      { of: 'a path', preferred_username: '../admin', email: '@example.org' },
    ])('makes no user name of $of', async ({ preferred_username, email }) => {
      on.idp.people.set('ann-1', { preferred_username, email });
      expect(await outcome()).toBe(because('oidc-no-name'));
      expect(await on.users()).toBe(1);
    });

    it('and takes no name that looks like another', async () => {
      await on.app.admin('POST', '/users', { username: 'paul', email: 'p@example.org' });
      on.idp.people.set('ann-1', { preferred_username: 'pau1' });
      expect(await outcome()).toBe(because('oidc-name-taken'));
    });

    it('and lets nobody in who is deactivated', async () => {
      await on.through();
      await on.app.admin('PATCH', '/users/ann', { active: false });
      expect(await outcome()).toBe(because('inactive-person'));
    });

    it('once, however many windows somebody opens', async () => {
      const browsers = [on.app.browser(), on.app.browser(), on.app.browser()];
      const backs = await Promise.all(browsers.map((browser) => on.toProvider(browser)));
      const answers = await Promise.all(browsers.map((browser, at) => browser.go('GET', backs[at]!.href)));
      expect(answers.map(({ headers }) => headers.get('location'))).toEqual(Array(3).fill('/signed-in'));
      expect(await on.users()).toBe(2);
    });
  });

  describe('settles groups', () => {
    const groupsOf = async () => (await on.app.admin('GET', '/users/ann')).body.groups as string[];

    it('by what the claims say at each sign-in, and leaves what was done by hand', async () => {
      for (const name of ['ops', 'dev', 'hand']) await on.app.admin('POST', '/groups', { name });
      await on.app.admin('PUT', '/groups/ops/claims/%2Fsre');
      on.oidc.groups = [
        { claim: '/dev', group: 'dev' },
        { claim: '/dev', group: 'not-there' },
      ];
      on.ann({ groups: ['/sre', '/dev', '/else'] });
      await on.through();
      expect(await groupsOf()).toEqual(['dev', 'ops']);
      await on.app.admin('PUT', '/groups/hand/members/ann');
      await on.app.admin('PUT', '/groups/dev/members/ann');
      on.ann({ groups: [] });
      await on.through();
      expect(await groupsOf()).toEqual(['dev', 'hand']);
    });

    it('by a claim that stands deeper', async () => {
      await on.app.admin('POST', '/groups', { name: 'ops' });
      await on.app.admin('PUT', '/groups/ops/claims/sre');
      on.oidc.groupsClaim = 'realm_access.roles';
      on.ann({ realm_access: { roles: ['sre'] } });
      await on.through();
      expect(await groupsOf()).toEqual(['ops']);
    });

    it('takes nobody’s last administrator away', async () => {
      await on.app.admin('PUT', '/groups/admin/claims/%2Fboss');
      on.ann({ groups: ['/boss'] });
      await on.through();
      expect(await groupsOf()).toEqual(['admin']);
      await on.app.dataSource.query(`update users set active = false where username = 'admin'`);
      on.ann({ groups: [] });
      const { to } = await on.through();
      expect(to).toBe('/signed-in');
      await on.app.dataSource.query(`update users set active = true where username = 'admin'`);
      expect(await groupsOf()).toEqual(['admin']);
      await on.through();
      expect(await groupsOf()).toEqual([]);
    });

    it('as whoever holds as much may map them', async () => {
      const bob = await on.app.join('bob', 'chasqui:manage-groups', 'chasqui:read-users');
      const map = (token: string, group: string) =>
        on.app.call('PUT', `/groups/${group}/claims/x`, { token });
      expect((await map(bob, 'admin')).status).toBe(403);
      expect((await map(bob, 'bob')).status).toBe(204);
      expect((await map(bob, 'nothing')).status).toBe(404);
      on.oidc.groups = [{ claim: 'set', group: 'bob' }];
      expect((await on.app.call('GET', '/group-claims', { token: bob })).body.claims).toEqual([
        { claim: 'set', group: 'bob', from: 'settings' },
        { claim: 'x', group: 'bob', from: 'bob' },
      ]);
      expect((await on.app.call('DELETE', '/groups/bob/claims/x', { token: bob })).status).toBe(204);
      expect((await on.app.call('DELETE', '/groups/bob/claims/x', { token: bob })).status).toBe(404);
    });
  });
});
