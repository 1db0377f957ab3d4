import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forged } from './identity-provider.fixture.js';
import { openOidc, type OidcApp } from './oidc-app.fixture.js';
import { Rechecks } from './rechecks.service.js';

whenPostgres('a session that began at an identity provider', (server) => {
  let on: OidcApp;
  beforeAll(async () => {
    on = await openOidc(server);
  });
  afterAll(async () => on[Symbol.asyncDispose]());
  afterEach(async () => on.reset());

  describe('goes on', () => {
    const recheck = async () => {
      await on.app.dataSource.query('update sessions set refresh_at = now()');
      return on.app.app.get(Rechecks).run();
    };

    it('as long as the provider knows the person, and their groups follow', async () => {
      await on.app.admin('POST', '/groups', { name: 'ops' });
      await on.app.admin('PUT', '/groups/ops/claims/%2Fsre');
      const { browser } = await on.through();
      on.ann({ groups: ['/sre'] });
      expect(await recheck()).toBe(1);
      await expect.poll(async () => (await on.who(browser)).groups, { timeout: 10_000 }).toEqual(['ops']);
      on.ann({ groups: [] });
      expect(await recheck()).toBe(1);
      await expect.poll(async () => (await on.who(browser)).groups, { timeout: 10_000 }).toEqual([]);

      // Many providers leave the claim out where it would be empty.
      on.ann({ groups: ['/sre'] });
      await recheck();
      await expect.poll(async () => (await on.who(browser)).groups, { timeout: 10_000 }).toEqual(['ops']);
      on.ann({ groups: undefined });
      await recheck();
      await expect.poll(async () => (await on.who(browser)).groups, { timeout: 10_000 }).toEqual([]);
    });

    it('until the provider says that the person is gone', async () => {
      on.idp.people.set('leaver-9', { preferred_username: 'leaver' });
      on.idp.who = 'leaver-9';
      const { browser } = await on.through();
      await on.idp.dismiss('leaver-9');
      await recheck();
      await expect.poll(async () => (await browser.go('GET', '/me')).status, { timeout: 10_000 }).toBe(401);
      expect(await on.app.dataSource.query('select from sessions')).toEqual([]);
    });

    it('while the provider is away, and is asked again later', async () => {
      const { browser } = await on.through();
      on.idp.away = true;
      await recheck();
      expect((await browser.go('GET', '/me')).status).toBe(200);
      on.idp.away = false;
      expect(await on.app.app.get(Rechecks).run()).toBe(0);
      expect(await recheck()).toBe(1);
      expect((await browser.go('GET', '/me')).status).toBe(200);
    });

    it('asked for by one instance, however many look', async () => {
      await on.through();
      await on.app.dataSource.query('update sessions set refresh_at = now()');
      const asked = await Promise.all(Array.from({ length: 4 }, () => on.app.app.get(Rechecks).run()));
      expect(asked.filter((times) => times > 0)).toEqual([1]);
    });

    it('not for who is answered for by somebody else', async () => {
      const { browser } = await on.through();
      on.idp.tamper = (answer, path) => {
        if (path === '/token')
          answer['id_token'] = forged.providersKey(String(answer['id_token']), { sub: 'boss' });
        else answer['sub'] = 'boss';
      };
      await recheck();
      await expect.poll(async () => (await browser.go('GET', '/me')).status, { timeout: 10_000 }).toBe(401);
    });
  });

  describe('signing out', () => {
    it('ends the session here and at the provider, and comes back', async () => {
      const { browser } = await on.through();
      const page = await browser.go('GET', '/signed-in');
      expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${on.idp.url}`);
      const out = await browser.go('POST', '/sign-out/form', { form: {} });
      const there = new URL(out.headers.get('location')!);
      expect([there.origin, there.pathname]).toEqual([on.idp.url, '/session/end']);
      expect(Object.fromEntries(there.searchParams)).toEqual({
        client_id: 'chasqui',
        post_logout_redirect_uri: `${on.app.url}/signed-out`,
        id_token_hint: expect.stringMatching(/^ey/),
      });
      expect((await browser.go('GET', '/me')).status).toBe(401);
      expect((await browser.go('GET', '/signed-out')).headers.get('location')).toBe(
        '/sign-in?why=signed-out',
      );
    });

    it('on a device gives the refresh token back', async () => {
      const begun = (await on.app.call('POST', '/sign-in/device')).body;
      await on.idp.approve(begun.verificationUri, begun.userCode);
      await on.app.dataSource.query('update oidc_flows set poll_at = now()');
      const { token } = (
        await on.app.call('POST', '/sign-in/device/poll', { body: { deviceToken: begun.deviceToken } })
      ).body;
      const out = await on.app.call('POST', '/sign-out', { token });
      expect(out.body.signOutAt).toMatch(`${on.idp.url}/session/end?`);
      expect(on.idp.revoked).toBeGreaterThan(0);
      expect((await on.app.call('GET', '/me', { token })).status).toBe(401);
    });

    it('ends the session here even where the provider is away', async () => {
      const { browser } = await on.through();
      const text = browser.cookies.get('chasqui-session')!;
      on.idp.away = true;
      await browser.go('POST', '/sign-out/form', { form: {} });
      expect((await on.app.call('GET', '/me', { token: text })).status).toBe(401);
    });
  });
});
