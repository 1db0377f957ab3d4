import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forged, type IdentityProvider } from './identity-provider.fixture.js';
import { because, openOidc, type OidcApp } from './oidc-app.fixture.js';

whenPostgres('signing in by an identity provider', (server) => {
  let on: OidcApp;
  beforeAll(async () => {
    on = await openOidc(server);
  });
  afterAll(async () => on[Symbol.asyncDispose]());
  afterEach(async () => on.reset());

  describe('in a browser', () => {
    it('makes a user of somebody who comes for the first time, and finds them the next time', async () => {
      const { browser, to } = await on.through();
      expect(to).toBe('/signed-in');
      const first = await on.who(browser);
      expect(first).toMatchObject({ username: 'ann', email: 'ann.lee@example.org', fullName: 'Ann Lee' });
      const again = await on.through();
      expect((await on.who(again.browser)).id).toBe(first.id);
      expect(await on.app.dataSource.query('select issuer, subject from external_subjects')).toEqual([
        { issuer: on.idp.url, subject: 'ann-1' },
      ]);
    });

    it('asks with PKCE, state and nonce, and keeps what it knows to itself', async () => {
      const browser = on.app.browser();
      const begun = await browser.go('GET', '/sign-in/oidc');
      const { searchParams } = new URL(begun.headers.get('location')!);
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: 'code',
        code_challenge_method: 'S256',
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        state: expect.stringMatching(/^[\w-]{43}$/),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
        redirect_uri: `${on.app.url}/sign-in/oidc/callback`,
      });
      const [flow] = await on.app.dataSource.query('select content from oidc_flows');
      expect(flow.content).toMatch(/^v2\./);
      expect(JSON.stringify([...browser.cookies])).not.toContain(searchParams.get('state'));
    });

    it('goes on to where somebody wanted to, here and nowhere else', async () => {
      expect((await on.through(on.app.browser(), '/sign-in/oidc?return_to=%2Fruns%3Flimit%3D3')).to).toBe(
        '/runs?limit=3',
      );
      for (const path of ['https://evil.example', '//evil.example', '/\\evil.example'])
        expect(
          (await on.app.browser().go('GET', `/sign-in/oidc?return_to=${encodeURIComponent(path)}`)).status,
        ).toBe(400);
    });

    it('leaves no secret of the provider readable in the database', async () => {
      await on.through();
      const [session] = await on.app.dataSource.query('select refresh_token, id_token, issuer from sessions');
      expect(session).toEqual({
        refresh_token: expect.stringMatching(/^v2\./),
        id_token: expect.stringMatching(/^v2\./),
        issuer: on.idp.url,
      });
    });

    it('says so where the provider is away, and lets people in again when it is back', async () => {
      const browser = on.app.browser();
      const back = await on.toProvider(browser);
      on.idp.away = true;
      expect((await browser.go('GET', back.href)).headers.get('location')).toBe(because('oidc-away'));
      on.idp.away = false;
      expect((await on.through()).to).toBe('/signed-in');
    });
  });

  describe('is refused', () => {
    const refusedWith = async (why: string, tamper: IdentityProvider['tamper']) => {
      on.idp.tamper = tamper;
      const { browser, to } = await on.through();
      expect(to).toBe(because(why));
      expect([...browser.cookies.keys()]).toEqual([]);
      expect(await on.users()).toBe(1);
    };
    const idTokenIs =
      (make: (idToken: string) => string): IdentityProvider['tamper'] =>
      (answer) => {
        if (typeof answer['id_token'] === 'string') answer['id_token'] = make(answer['id_token']);
      };

    it.each([
      ['that nobody signed (alg none)', (text: string) => forged.alg_none(text)],
      ['that another key signed', (text: string) => forged.anothersKey(text)],
      ['that is signed with the client’s own secret', (text: string) => forged.clientSecret(text)],
      ['whose claims were changed', (text: string) => forged.changed(text, { sub: 'boss' })],
      ['of another issuer', (text: string) => forged.providersKey(text, { iss: 'https://evil.example' })],
      ['for another client', (text: string) => forged.providersKey(text, { aud: 'another' })],
      ['for another sign-in (nonce)', (text: string) => forged.providersKey(text, { nonce: 'another' })],
      ['without a nonce', (text: string) => forged.providersKey(text, { nonce: undefined })],
      ['that is expired', (text: string) => forged.providersKey(text, { exp: 1_000_000 })],
    ])('an ID token %s', async (_, make) => refusedWith('oidc-refused', idTokenIs(make)));

    it('an answer without an ID token', async () =>
      refusedWith('oidc-refused', (answer) => {
        delete answer['id_token'];
      }));

    it('a user info of somebody else', async () =>
      refusedWith('oidc-refused', (answer, path) => {
        if (path === '/me') answer['sub'] = 'boss';
      }));

    it('what comes back a second time', async () => {
      const { browser, back } = await on.through();
      const thief = on.app.browser();
      thief.cookies.set('chasqui-flow', 'chqf_x');
      for (const one of [browser, thief])
        expect((await one.go('GET', back.href)).headers.get('location')).toBe(because('oidc-stale'));
    });

    it('a code that the provider gave out before', async () => {
      const first = await on.through();
      const browser = on.app.browser();
      const second = await on.toProvider(browser);
      second.searchParams.set('code', first.back.searchParams.get('code')!);
      expect((await browser.go('GET', second.href)).headers.get('location')).toBe(because('oidc-refused'));
    });

    it('what another browser began', async () => {
      const back = await on.toProvider(on.app.browser());
      const victim = on.app.browser();
      expect((await victim.go('GET', back.href)).headers.get('location')).toBe(because('oidc-stale'));
      await victim.go('GET', '/sign-in/oidc');
      expect((await victim.go('GET', back.href)).headers.get('location')).toBe(because('oidc-refused'));
      expect(await on.users()).toBe(1);
    });

    it('what took too long', async () => {
      const browser = on.app.browser();
      const back = await on.toProvider(browser);
      await on.app.dataSource.query('update oidc_flows set expires_at = now()');
      expect((await browser.go('GET', back.href)).headers.get('location')).toBe(because('oidc-stale'));
    });

    it.each([
      ['state', 'another'],
      ['state', undefined],
      ['iss', 'https://evil.example'],
      ['iss', undefined],
      ['code', undefined],
      ['code', 'made-up'],
      ['error', 'access_denied'],
    ])('an address whose %s is %s', async (name, value) => {
      const browser = on.app.browser();
      const back = await on.toProvider(browser);
      if (value === undefined) back.searchParams.delete(name);
      else back.searchParams.set(name, value);
      expect((await browser.go('GET', back.href)).headers.get('location')).toBe(because('oidc-refused'));
      expect(await on.users()).toBe(1);
    });
  });
});
