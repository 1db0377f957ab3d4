import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newBootstrapToken } from '../people/bootstrap.js';
import { goodPassword, openSignIn, type SignInApp } from './sign-in-app.fixture.js';

const installers = 'a-token-of-the-installer-0123456789';
const ann = { username: 'ann', email: 'ann@example.org' };

whenPostgres('the first administrator', (server) => {
  let app: SignInApp;
  let chosen: SignInApp;
  beforeAll(async () => {
    app = await openSignIn(server);
    chosen = await openSignIn(server, { bootstrapToken: installers });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await chosen[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const one of [app, chosen]) await one.dataSource.query('truncate users, bootstrap_tokens cascade');
  });

  const make = (token: string, more: object = {}, on = app) =>
    on.call('POST', '/bootstrap', { body: { token, ...ann, ...more } });

  it('is made with the token that a start printed, once', async () => {
    const token = (await newBootstrapToken(app.dataSource))!;
    const made = await make(token, { fullName: 'Ann', password: goodPassword });
    expect(made).toMatchObject({
      status: 201,
      body: { user: { ...ann, fullName: 'Ann', groups: ['admin'] }, token: expect.stringMatching(/^chq_/) },
    });
    const me = await app.call('GET', '/me', { token: made.body.token });
    expect(me.body).toMatchObject({
      roles: ['admin'],
      permissions: expect.arrayContaining(['chasqui:manage-users']),
    });
    expect((await app.signIn('ann', goodPassword)).status).toBe(200);
    expect(await make(token, { username: 'eve' })).toMatchObject({
      status: 409,
      body: { error: { code: 'bootstrapped' } },
    });
    expect(await newBootstrapToken(app.dataSource)).toBeUndefined();
  });

  it('is made with the token that the installer chose, and with no other', async () => {
    const other = (await newBootstrapToken(chosen.dataSource))!;
    expect((await make(other, {}, chosen)).status).toBe(403);
    expect((await make(installers, {}, chosen)).status).toBe(201);
    expect((await make(installers, { username: 'eve' }, chosen)).status).toBe(409);
  });

  it('is one, however many ask at once', async () => {
    const token = (await newBootstrapToken(app.dataSource))!;
    const names = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'];
    const answers = await Promise.all(names.map((username) => make(token, { username })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
    expect(await app.dataSource.query('select from users')).toHaveLength(1);
  });

  it('is made with the token of any instance', async () => {
    const [one, other] = [await newBootstrapToken(app.dataSource), await newBootstrapToken(app.dataSource)];
    expect(one).not.toBe(other);
    expect((await make(one!)).status).toBe(201);
  });

  it.each([
    ['another token', 403, 'bad-bootstrap-token', {}],
    ['a weak password', 422, 'weak-password', { password: 'password1234', right: true }],
    ['a name that is none', 400, 'bad-request', { username: 'Ann Lee', right: true }],
    ['no address', 400, 'bad-request', { email: 'nowhere', right: true }],
    ['more than is asked for', 400, 'bad-request', { groups: ['x'], right: true }],
  ])('is not made with %s', async (_, status, code, { right, ...more }: { right?: boolean }) => {
    const token = (await newBootstrapToken(app.dataSource))!;
    const answered = await make(right ? token : `chq_${'x'.repeat(43)}`, more);
    expect([answered.status, answered.body.error.code]).toEqual([status, code]);
    expect(await app.dataSource.query('select from users')).toEqual([]);
  });
});
