import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword, openSignIn, type SignInApp } from './sign-in-app.fixture.js';

whenPostgres('signing in', (server) => {
  let app: SignInApp;
  beforeAll(async () => {
    app = await openSignIn(server);
    await app.enter('ann');
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  const me = (token: string) => app.call('GET', '/me', { token });

  describe('with a password', () => {
    it('gives a token that is a session', async () => {
      const { status, body } = await app.signIn('ann', goodPassword);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          username: 'ann',
          token: expect.stringMatching(/^chqs_[\w-]{43}$/),
          expiresAt: expect.any(String),
        },
      });
      expect((await me(body.token)).body.user.username).toBe('ann');
      const stored = JSON.stringify(await app.dataSource.query('select * from sessions, passwords'));
      expect(stored).not.toContain(body.token);
      expect(stored).not.toContain(goodPassword);
      expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    });

    it('takes the name in capitals, and the password only as it is', async () => {
      expect((await app.signIn(' Ann ', goodPassword)).status).toBe(200);
      expect((await app.signIn('ann', goodPassword.toUpperCase())).status).toBe(401);
    });

    it('tells nobody whether the name or the password was wrong', async () => {
      await app.join('nopass');
      const answers = await Promise.all([
        app.signIn('ann', 'not-this-one'),
        app.signIn('nobody', goodPassword),
        app.signIn('nopass', goodPassword),
        app.signIn('a\0b', goodPassword),
      ]);
      for (const { status, body } of answers)
        expect({ status, body }).toEqual({ status: 401, body: answers[0]!.body });
      expect(answers[0]!.body.error.code).toBe('bad-credentials');
    });

    it('lets nobody in who is deactivated, and says so to who knows the password alone', async () => {
      await app.enter('gone');
      await app.admin('PATCH', '/users/gone', { active: false });
      expect((await app.signIn('gone', goodPassword)).body.error.code).toBe('inactive-person');
      expect((await app.signIn('gone', 'something-else')).body.error.code).toBe('bad-credentials');
    });

    it('hashes anew what was kept at a lower cost', async () => {
      await app.enter('old');
      const weak = '$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQxMjM0NTY$';
      const { argon2Sync } = await import('node:crypto');
      const hash = argon2Sync('argon2id', {
        message: goodPassword,
        nonce: Buffer.from('c29tZXNhbHQxMjM0NTY', 'base64'),
        memory: 1024,
        passes: 1,
        parallelism: 1,
        tagLength: 32,
      });
      const phc = weak + hash.toString('base64').replace(/=+$/, '');
      await app.dataSource.query(
        `update passwords set phc = $1 where user_id = (select id from users where username = 'old')`,
        [phc],
      );
      expect((await app.signIn('old', goodPassword)).status).toBe(200);
      const [row] = await app.dataSource.query(
        `select phc from passwords where user_id = (select id from users where username = 'old')`,
      );
      expect(row.phc).toContain('m=19456,t=2');
      expect((await app.signIn('old', goodPassword)).status).toBe(200);
    });
  });

  describe('after wrong passwords', () => {
    const wrong = (name: string, times: number) =>
      Promise.all(Array.from({ length: times }, () => app.signIn(name, 'wrong-one-again')));
    /** As if they had been tried for long. */
    const farOn = () =>
      app.dataSource.query(
        `update sign_in_failures set failures = 20, not_before = now() + interval '1 hour'`,
      );

    it('says for how long to wait, also to who has the right one, on every instance', async () => {
      await app.enter('lou');
      const other = await app.another();
      expect((await wrong('lou', 5)).every(({ status }) => status === 401)).toBe(true);
      await farOn();
      const body = { username: 'lou', password: goodPassword };
      for (const instance of [app, other])
        expect(await instance.call('POST', '/sign-in/token', { body })).toMatchObject({
          status: 429,
          body: {
            error: { code: 'too-many-failures', message: expect.stringMatching(/again in \d+ minutes\.$/) },
          },
        });
      await app.dataSource.query(`update sign_in_failures set not_before = now()`);
      expect((await app.signIn('lou', goodPassword)).status).toBe(200);
      expect((await wrong('lou', 5)).every(({ status }) => status === 401)).toBe(true);
      await app.dataSource.query('delete from sign_in_failures');
    });

    it('says just so for a name that nobody has', async () => {
      await wrong('not-there', 1);
      await farOn();
      expect((await wrong('not-there', 1))[0]!.body.error.code).toBe('too-many-failures');
      await app.dataSource.query('delete from sign_in_failures');
    });
  });

  describe('a password', () => {
    it.each([
      ['too short', 'Xk9#pQ2'],
      ['among the first that are tried', 'password1234'],
      ['the person’s own name', 'petra.holm.petra'],
      ['their address', 'petra@example.org'],
      ['a row of keys', 'qwertyuiop123'],
    ])('is refused that is %s', async (_, password) => {
      await app.join('petra');
      await app.admin('PATCH', '/users/petra', { fullName: 'Petra Holm' });
      const answered = await app.admin('PUT', '/users/petra/password', { password });
      expect(answered).toMatchObject({ status: 422, body: { error: { code: 'weak-password' } } });
      expect(answered.body.error.message).toMatch(/^This password is too weak\. \S.*\.$/);
    });

    it('is changed by who knows it, and ends the other sessions', async () => {
      await app.enter('cleo');
      const [one, other] = await Promise.all([
        app.signIn('cleo', goodPassword),
        app.signIn('cleo', goodPassword),
      ]);
      const change = (body: object) =>
        app.call('PUT', '/users/cleo/password', { token: one.body.token, body });
      const password = 'copper-lantern-77-fig';
      expect((await change({ password })).body.error.code).toBe('needs-current-password');
      expect((await change({ password, current: 'not-it' })).body.error.code).toBe('wrong-current-password');
      expect((await change({ password, current: goodPassword })).status).toBe(204);
      expect((await me(one.body.token)).status).toBe(200);
      expect((await me(other.body.token)).status).toBe(401);
      expect((await app.signIn('cleo', password)).status).toBe(200);
      expect((await app.signIn('cleo', goodPassword)).status).toBe(401);
    });

    it('of somebody else is for who may manage users and holds as much', async () => {
      await app.enter('victim');
      const helper = await app.join('helpdesk', 'chasqui:manage-users');
      const bob = await app.join('bob');
      const set = (token: string, username: string) =>
        app.call('PUT', `/users/${username}/password`, {
          token,
          body: { password: 'copper-lantern-77-fig' },
        });
      expect((await set(bob, 'victim')).status).toBe(403);
      expect((await set(helper, 'admin')).status).toBe(403);
      expect((await set(helper, 'victim')).status).toBe(204);
      const { token } = (await app.signIn('victim', 'copper-lantern-77-fig')).body;
      expect((await app.call('GET', '/me', { token })).status).toBe(200);
      expect((await app.admin('DELETE', '/users/victim/password')).status).toBe(204);
      expect((await app.call('GET', '/me', { token })).status).toBe(401);
      expect((await app.admin('DELETE', '/users/victim/password')).status).toBe(404);
      expect((await app.signIn('victim', 'copper-lantern-77-fig')).status).toBe(401);
    });
  });
});
