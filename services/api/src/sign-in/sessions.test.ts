import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnPath } from './return-to.js';
import { goodPassword, openSignIn, type SignInApp } from './sign-in-app.fixture.js';
import { SignInSweep } from './sign-in-sweep.service.js';

const form = { username: 'ann', password: goodPassword };

whenPostgres('sessions', (server) => {
  let app: SignInApp;
  beforeAll(async () => {
    app = await openSignIn(server);
    await app.enter('ann');
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  const signedIn = async () => {
    const browser = app.browser();
    await browser.go('POST', '/sign-in/form', { form });
    return browser;
  };
  const sessions = async () =>
    (await app.admin('GET', '/users/ann/sessions')).body.sessions as { id: string }[];

  describe('of a browser', () => {
    it('begin on the page, and show who is signed in', async () => {
      const browser = app.browser();
      const page = await browser.go('GET', '/signed-in');
      expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in']);
      expect(await (await browser.go('GET', '/sign-in')).text()).toContain(
        '<form method="post" action="/sign-in/form">',
      );
      const done = await browser.go('POST', '/sign-in/form', { form });
      expect([done.status, done.headers.get('location')]).toEqual([303, '/signed-in']);
      expect(await (await browser.go('GET', '/signed-in')).text()).toContain('You are signed in as ann');
      expect(await (await browser.go('GET', '/me')).json()).toMatchObject({ user: { username: 'ann' } });
    });

    it('are in a cookie that no script reads, and over HTTPS of this host alone', async () => {
      const browser = app.browser();
      const plain = await browser.go('POST', '/sign-in', { json: form });
      expect(await plain.json()).toEqual({ username: 'ann', expiresAt: expect.any(String) });
      expect(plain.headers.get('set-cookie')).toMatch(
        /^chasqui-session=chqs_[\w-]{43}; Path=\/; Expires=[^;]*; HttpOnly; SameSite=Lax$/i,
      );
      await using public_ = await openSignIn(server, { publicUrl: new URL('https://chasqui.example.org') });
      await public_.enter('ann');
      const sent = { body: form, headers: { host: 'chasqui.example.org' } };
      const { request } = await import('node:http');
      const cookie = await new Promise<string>((resolve) => {
        const asked = request(`${public_.url}/sign-in`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...sent.headers },
        });
        asked.on('response', (answer) => resolve(String(answer.headers['set-cookie'])));
        asked.end(JSON.stringify(form));
      });
      expect(cookie).toMatch(/^__Host-chasqui-session=\S+; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/i);
    });

    it('get a new text at every sign-in, and the one before ends', async () => {
      const browser = await signedIn();
      const before = browser.cookies.get('chasqui-session')!;
      await browser.go('POST', '/sign-in/form', { form });
      expect(browser.cookies.get('chasqui-session')).not.toBe(before);
      expect((await app.call('GET', '/me', { token: before })).status).toBe(401);
    });

    it('take none that was put into the browser by somebody else', async () => {
      const browser = app.browser();
      const planted = `chqs_${'x'.repeat(43)}`;
      browser.cookies.set('chasqui-session', planted);
      await browser.go('POST', '/sign-in/form', { form });
      expect(browser.cookies.get('chasqui-session')).not.toBe(planted);
    });

    it('end with signing out', async () => {
      const browser = await signedIn();
      const text = browser.cookies.get('chasqui-session')!;
      const out = await browser.go('POST', '/sign-out/form', { form: {} });
      expect([out.status, out.headers.get('location')]).toEqual([303, '/signed-out']);
      expect(browser.cookies.size).toBe(0);
      expect((await app.call('GET', '/me', { token: text })).status).toBe(401);
    });

    it.each([
      ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
      ['a page of another host of the same site', { 'sec-fetch-site': 'same-site' }],
      ['another origin, as older browsers say', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
      ['nowhere, as it seems', { 'sec-fetch-site': '' }],
      ['a sandboxed frame', { 'sec-fetch-site': '', origin: 'null' }],
    ])('change nothing for a request from %s', async (_, given) => {
      const browser = await signedIn();
      const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
      const cookie = `chasqui-session=${browser.cookies.get('chasqui-session')}`;
      for (const [method, path] of [
        ['POST', '/users/ann/tokens'],
        ['DELETE', '/users/ann/sessions'],
        ['POST', '/sign-out'],
        ['POST', '/sign-out/form'],
        ['POST', '/sign-in/form'],
      ]) {
        const body = path!.endsWith('tokens') ? { name: 'stolen' } : undefined;
        const response = await fetch(app.url + path, {
          method: method!,
          headers: { cookie, ...(body && { 'content-type': 'application/json' }), ...headers },
          ...(body && { body: JSON.stringify(body) }),
          redirect: 'manual',
        });
        expect([path, response.status]).toEqual([path, 403]);
        expect(await response.json()).toMatchObject({ error: { code: 'cross-site' } });
      }
      expect((await browser.go('GET', '/me')).status).toBe(200);
    });

    it('change something for a page of ours, as browsers old and new say it', async () => {
      const browser = await signedIn();
      const cookie = `chasqui-session=${browser.cookies.get('chasqui-session')}`;
      const old = await fetch(`${app.url}/users/ann/tokens`, {
        method: 'POST',
        headers: { cookie, origin: app.url, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'made-here' }),
      });
      expect(old.status).toBe(201);
      expect((await browser.go('DELETE', '/users/ann/tokens/made-here')).status).toBe(204);
    });

    it('are not signed in by a page of another site', async () => {
      const { status, body } = await app.call('POST', '/sign-in', {
        body: form,
        headers: { origin: 'https://evil.example' },
      });
      expect([status, body.error.code]).toEqual([403, 'cross-site']);
    });

    it('go back to the page with a reason, and never show what was typed', async () => {
      const browser = app.browser();
      const wrong = await browser.go('POST', '/sign-in/form', {
        form: { username: 'ann', password: 'not-it-at-all', return_to: '/me' },
      });
      expect(wrong.headers.get('location')).toBe('/sign-in?why=bad-credentials&return_to=%2Fme');
      const page = await browser.go('GET', wrong.headers.get('location')!);
      expect(await page.text()).toContain('The user name or the password is wrong.');
      expect(page.headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      );
      const odd = await (await browser.go('GET', '/sign-in?why=<script>alert(1)</script>')).text();
      expect(odd).not.toContain('script');
      expect(odd).not.toContain('role="alert"');
      const right = await browser.go('POST', '/sign-in/form', { form: { ...form, return_to: '/me' } });
      expect(right.headers.get('location')).toBe('/me');
    });

    it.each([
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/%0d%0aset-cookie:x\r\n',
      '/\t/evil.example',
      ' /me',
      'javascript:alert(1)',
      'me',
      '',
    ])('go nowhere else: %j', async (path) => {
      expect(isOwnPath(path)).toBe(false);
      const browser = app.browser();
      const asked = await browser.go('POST', '/sign-in/form', { form: { ...form, return_to: path } });
      expect([asked.status, asked.headers.get('location')]).toEqual([400, null]);
      const page = await browser.go('GET', `/sign-in?return_to=${encodeURIComponent(path)}`);
      expect(page.status).toBe(400);
    });

    it('go to any path of ours', () => {
      for (const path of ['/', '/me', '/runs?limit=3&x=%2F%2Fa', '/a//b', '/@b'])
        expect(isOwnPath(path)).toBe(true);
    });
  });

  describe('are over', () => {
    const begin = async () => (await app.signIn('ann', goodPassword)).body.token as string;
    const status = async (token: string) => (await app.call('GET', '/me', { token })).status;

    it('when they were not used for long', async () => {
      const token = await begin();
      await app.dataSource.query(`update sessions set idle_until = now()`);
      expect(await status(token)).toBe(401);
    });

    it('when their time is over, however much they are used', async () => {
      const token = await begin();
      await app.dataSource.query(`update sessions set expires_at = now()`);
      expect(await status(token)).toBe(401);
      await app.app.get(SignInSweep).run();
      expect(await sessions()).toEqual([]);
      expect(await app.dataSource.query('select from sessions')).toEqual([]);
    });

    it('when their owner says so, from any other', async () => {
      const [here, there] = [await begin(), await begin()];
      const own = await app.call('GET', '/users/ann/sessions', { token: here });
      expect(own.body.sessions).toHaveLength(2);
      const other = own.body.sessions.find(({ current }: { current: boolean }) => !current);
      expect(other).toMatchObject({ kind: 'cli', address: '127.0.0.1', agent: expect.any(String) });
      const end = () => app.call('DELETE', `/users/ann/sessions/${other.id}`, { token: here });
      expect((await end()).status).toBe(204);
      expect((await end()).status).toBe(404);
      expect([await status(here), await status(there)]).toEqual([200, 401]);
      const third = await begin();
      expect((await app.call('DELETE', '/users/ann/sessions', { token: here })).body).toEqual({ ended: 1 });
      expect([await status(here), await status(third)]).toEqual([200, 401]);
      expect((await app.call('POST', '/sign-out', { token: here })).body).toEqual({});
      expect(await status(here)).toBe(401);
    });

    it('when an administrator says so, and nobody else', async () => {
      const [token, bob] = [await begin(), await app.join('bob')];
      for (const method of ['GET', 'DELETE'])
        expect((await app.call(method, '/users/ann/sessions', { token: bob })).status).toBe(403);
      expect((await app.admin('DELETE', '/users/ann/sessions')).status).toBe(200);
      expect(await status(token)).toBe(401);
    });

    it('on every instance', async () => {
      const other = await app.another();
      const token = await begin();
      const there = async () => (await other.call('GET', '/me', { token })).status;
      expect(await there()).toBe(200);
      await app.call('POST', '/sign-out', { token });
      await expect.poll(there, { timeout: 10_000 }).toBe(401);
    });

    it('with their user, or when the user is deactivated', async () => {
      const token = await begin();
      await app.admin('PATCH', '/users/ann', { active: false });
      expect(await status(token)).toBe(401);
      await app.admin('PATCH', '/users/ann', { active: true });
      await app.enter('bye');
      const last = (await app.signIn('bye', goodPassword)).body.token;
      await app.admin('DELETE', '/users/bye');
      expect(await status(last)).toBe(401);
    });

    it('but a token is none', async () => {
      expect((await app.admin('POST', '/sign-out')).body.error.code).toBe('no-session');
    });
  });
});
