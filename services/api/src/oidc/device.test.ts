import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forged } from './identity-provider.fixture.js';
import { openOidc, type OidcApp } from './oidc-app.fixture.js';

whenPostgres('signing in by an identity provider', (server) => {
  let on: OidcApp;
  beforeAll(async () => {
    on = await openOidc(server);
  });
  afterAll(async () => on[Symbol.asyncDispose]());
  afterEach(async () => on.reset());

  describe('on a device', () => {
    const begin = async () => (await on.app.call('POST', '/sign-in/device')).body;
    const poll = (deviceToken: string) =>
      on.app.call('POST', '/sign-in/device/poll', { body: { deviceToken } });
    /** The provider’s own time between two polls need not be waited for here. */
    const due = () => on.app.dataSource.query('update oidc_flows set poll_at = now()');

    it('waits until the code was typed, and gives a token once', async () => {
      const begun = await begin();
      expect(begun).toEqual({
        deviceToken: expect.stringMatching(/^chqf_/),
        userCode: expect.stringMatching(/^\S+$/),
        verificationUri: `${on.idp.url}/device`,
        verificationUriComplete: `${on.idp.url}/device?user_code=${begun.userCode}`,
        expiresIn: 600,
        interval: 5,
      });
      expect(await poll(begun.deviceToken)).toMatchObject({ status: 202, body: { pending: true } });
      await due();
      expect(await poll(begun.deviceToken)).toMatchObject({ status: 202, body: { pending: true } });
      await on.idp.approve(begun.verificationUri, begun.userCode);
      await due();
      const answers = await Promise.all([
        poll(begun.deviceToken),
        poll(begun.deviceToken),
        poll(begun.deviceToken),
      ]);
      const got = answers.filter(({ status }) => status === 200);
      expect(got).toHaveLength(1);
      expect(got[0]!.body).toEqual({
        username: 'ann',
        token: expect.stringMatching(/^chqs_/),
        expiresAt: expect.any(String),
      });
      const { token } = got[0]!.body;
      expect((await on.app.call('GET', '/me', { token })).body.user.username).toBe('ann');
      expect((await poll(begun.deviceToken)).status).toBe(403);
      const { sessions } = (await on.app.call('GET', '/users/ann/sessions', { token })).body;
      expect(sessions).toMatchObject([{ kind: 'cli' }]);
    });

    it('ends where the person said no', async () => {
      const begun = await begin();
      await on.idp.approve(begun.verificationUri, begun.userCode, false);
      await due();
      expect(await poll(begun.deviceToken)).toMatchObject({
        status: 403,
        body: { error: { code: 'oidc-refused' } },
      });
      expect(await poll(begun.deviceToken)).toMatchObject({
        status: 403,
        body: { error: { code: 'oidc-stale' } },
      });
    });

    it('believes no ID token that another key signed', async () => {
      const begun = await begin();
      await on.idp.approve(begun.verificationUri, begun.userCode);
      await due();
      on.idp.tamper = (answer) => {
        if (typeof answer['id_token'] === 'string')
          answer['id_token'] = forged.anothersKey(answer['id_token']);
      };
      expect((await poll(begun.deviceToken)).body.error.code).toBe('oidc-refused');
      expect(await on.users()).toBe(1);
    });

    it('knows nothing of a token that it did not give', async () => {
      expect((await poll('chqf_made-up')).body.error.code).toBe('oidc-stale');
      await on.through();
      const browser = on.app.browser();
      await browser.go('GET', '/sign-in/oidc');
      expect((await poll(browser.cookies.get('chasqui-flow')!)).status).toBe(403);
    });

    it('says so where the provider is away', async () => {
      const begun = await begin();
      on.idp.away = true;
      await due();
      expect((await poll(begun.deviceToken)).status).toBe(202);
      expect((await on.app.call('POST', '/sign-in/device')).status).toBe(503);
    });
  });
});
