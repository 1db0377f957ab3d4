import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  say: { description: Says it, executable: [/bin/echo], rules: [allow] }
`;

type Room = Awaited<ReturnType<typeof openRoom>>;

/** The API as somebody calls it who is signed in. */
function callerOf(room: Room) {
  const call = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${room.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const tokenOf = async (username: string) => {
    const made = await call(room.adminToken, 'POST', `/users/${username}/tokens`, { name: 'test' });
    return made.body.token as string;
  };
  return { call, tokenOf };
}

whenPostgres('somebody whom nobody knows', (serverUrl) => {
  let room: Room;
  let call: ReturnType<typeof callerOf>['call'];
  let alice: string;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops],
      people: { alice: ['chasqui:read-users'], bob: [] },
      relays: { 'fra-1': [] },
      config: { trustedAdapters: [] },
    });
    const caller = callerOf(room);
    call = caller.call;
    alice = await caller.tokenOf('alice');
  });
  afterAll(async () => {
    await room?.[Symbol.asyncDispose]();
  });

  /** What the room shows of a line, and what only who said it sees. */
  const ask = async (who: string, line: string, name?: string) => {
    await room.chat.say({ who, line, name });
    return { shown: (await room.chat.answer()).text };
  };
  const codeFor = async (who: string, name?: string) => {
    const { shown } = await ask(who, '!register', name);
    const { text } = await room.chat.answerIn(who);
    return { shown, text, code: /chasqui register (\S+)/.exec(text)![1]! };
  };
  const confirm = (token: string, code: string, id: string, adapter = 'terminal') =>
    call(token, 'POST', '/registrations/confirm', { code, adapter, id });

  it('runs nothing, and is told how to be known', async () => {
    for (const line of ['!ops:say hello', '!help | count', '!register > #ops', '!whoami', '!relays', '!"'])
      expect((await ask('U1', line)).shown).toMatch(/does not know terminal U1 yet.*say register/s);
    expect((await ask('U1', '!help')).shown).toMatch(/^Chasqui runs operations commands.*say register/s);
    expect((await ask('U1', '!register now')).shown).toContain('register [code | remove]');
  });

  it('gets a code that nobody else sees, and is who confirms it', async () => {
    const { shown, text, code } = await codeFor('U1', 'Ann');
    expect(shown).not.toContain(code);
    expect(text).toContain('never enter one that somebody else gave you');

    const looked = await call(alice, 'POST', '/registrations/look', { code });
    expect(looked.body).toMatchObject({ adapter: 'terminal', id: 'U1', name: 'Ann', room: 'ops' });
    expect(await confirm(alice, code.toLowerCase().replace('-', ' '), 'U1')).toMatchObject({
      status: 200,
      body: { adapter: 'terminal', id: 'U1', joinedBy: 'code' },
    });
    expect((await ask('U1', '!whoami')).shown).toContain('alice');
    expect((await ask('U1', '!register')).shown).toContain('you are the user alice here (terminal U1)');
    expect((await ask('U1', '!ops:say hello')).shown).toContain('hello');
  });

  it('leaves no code behind in the clear', async () => {
    const { code } = await codeFor('U9');
    await expect
      .poll(() => room.dataSource.query(`select value from outbox`), { timeout: 5_000 })
      .toEqual([]);
    const everywhere = await room.dataSource.query<{ text: string }[]>(
      `select to_jsonb(r)::text as text from runs r union all select to_jsonb(r)::text from registrations r
       union all select to_jsonb(a)::text from audit_entries a`,
    );
    expect(everywhere.length).toBeGreaterThan(0);
    expect(
      everywhere.filter(({ text }) => text.includes(code) || text.includes(code.replace('-', ''))),
    ).toEqual([]);
  });

  it('is joined once by one code, and by the last one only', async () => {
    const bob = await callerOf(room).tokenOf('bob');
    const first = await codeFor('U2');
    const second = await codeFor('U2');
    expect((await confirm(bob, first.code, 'U2')).body.error.code).toBe('unknown-code');
    const both = await Promise.all([confirm(bob, second.code, 'U2'), confirm(bob, second.code, 'U2')]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 404]));
    expect((await confirm(bob, second.code, 'U2')).status).toBe(404);
    await call(bob, 'DELETE', '/me/identities/terminal');
    expect((await ask('U2', '!whoami')).shown).toContain('does not know');
  });

  it('is not joined by who was shown somebody else, and that code is spent', async () => {
    const { code } = await codeFor('U3');
    for (const [adapter, id] of [
      ['terminal', 'U4'],
      ['slack', 'U3'],
    ] as const) {
      const answer = await confirm(alice, code, id, adapter);
      expect([answer.status, answer.body.error.code]).toEqual(
        id === 'U4' ? [409, 'somebody-else'] : [404, 'unknown-code'],
      );
    }
    expect((await confirm(alice, code, 'U3')).body.error.code).toBe('unknown-code');
  });

  it('never takes the place of who somebody is there already, and nobody is two users', async () => {
    const { code } = await codeFor('U5', 'attacker');
    expect((await confirm(alice, code, 'U5')).body.error).toMatchObject({ code: 'already-joined' });
    expect((await call(alice, 'GET', '/me/identities')).body.identities).toMatchObject([{ id: 'U1' }]);
  });

  it('cannot use a code that is too old', async () => {
    const { code } = await codeFor('U6');
    await room.dataSource.query(`update registrations set expires_at = now() where external_id = 'U6'`);
    expect((await call(alice, 'POST', '/registrations/look', { code })).status).toBe(404);
    expect((await confirm(alice, code, 'U6')).status).toBe(404);
    // Long afterwards it is swept away, and asking again works all the same.
    await room.dataSource.query(`update registrations set expires_at = now() - interval '2 days'`);
    const again = await codeFor('U6');
    expect((await call(alice, 'POST', '/registrations/look', { code: again.code })).status).toBe(200);
    expect(await room.dataSource.query(`select external_id from registrations`)).toEqual([
      { external_id: 'U6' },
    ]);
  });

  it('is told which code it is again, and not another one, when the chat tells us twice', async () => {
    const { code } = await codeFor('U7');
    const [before] = await room.dataSource.query(`select hash from registrations where external_id = 'U7'`);
    const [run] = await room.dataSource.query<{ id: string }[]>(
      `select id from runs where sender = 'U7' order by id desc limit 1`,
    );
    const { Registration } = await import('@chasqui/api/registration/registration.service');
    const known = { sender: { adapter: 'terminal', id: 'U7', becomesKnown: 'by-code' }, place: {} };
    const asks = { kind: 'stranger', builtIn: 'register', words: [], text: 'register' } as const;
    const told = await room.api.get(Registration).toStranger(asks, known as never, run!.id);
    expect(told).toMatchObject({ secret: { text: expect.stringContaining(code) } });
    const [after] = await room.dataSource.query(`select hash from registrations where external_id = 'U7'`);
    expect(after).toEqual(before);
  });

  it('may not be guessed: after ten wrong codes even the right one waits', async () => {
    const bob = await callerOf(room)
      .call(room.adminToken, 'POST', '/users/bob/tokens', { name: 'guessing' })
      .then(({ body }) => body.token as string);
    const { code } = await codeFor('U8');
    for (let n = 0; n < 10; n++) await call(bob, 'POST', '/registrations/look', { code: `0000-000${n}` });
    const answer = await confirm(bob, code, 'U8');
    expect([answer.status, answer.body.error.code]).toEqual([429, 'too-many-tries']);
    expect((await call(alice, 'POST', '/registrations/look', { code })).status).toBe(200);
  });

  it('can take it back in the chat, once known', async () => {
    expect((await ask('U1', '!register remove')).shown).toContain('not the user alice here any more');
    expect((await ask('U1', '!whoami')).shown).toContain('does not know');
    const [entry] = await room.dataSource.query(
      `select content ->> 'action' as action from audit_entries where content ->> 'action' = 'identities.remove'`,
    );
    expect(entry).toBeDefined();
  });

  it('is not joined by a service account, nor by a token that is for something else', async () => {
    await call(room.adminToken, 'POST', '/users', { username: 'robot', kind: 'service' });
    const robot = await callerOf(room).tokenOf('robot');
    const narrow = await call(room.adminToken, 'POST', '/users/alice/tokens', {
      name: 'narrow',
      scopes: ['chasqui:read-users'],
    });
    const { code } = await codeFor('U10');
    for (const token of [robot, narrow.body.token as string])
      for (const [path, body] of [
        ['look', { code }],
        ['confirm', { code, adapter: 'terminal', id: 'U10' }],
      ] as const)
        expect((await call(token, 'POST', `/registrations/${path}`, body)).status).toBe(403);
    expect((await call(alice, 'POST', '/registrations/look', { code })).status).toBe(200);
  });
});

whenPostgres('somebody new, where people may register by themselves', (serverUrl) => {
  let room: Room;
  let call: ReturnType<typeof callerOf>['call'];
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops],
      people: { alice: [] },
      relays: { 'fra-1': [] },
      config: { trustedAdapters: [], selfRegistration: { group: 'newcomers' } },
    });
    call = callerOf(room).call;
  });
  afterAll(async () => {
    await room?.[Symbol.asyncDispose]();
  });

  const register = async (who: string, name?: string, line = '!register') => {
    await room.chat.say({ who, line, name });
    return (await room.chat.answer()).text;
  };
  const user = async (username: string) => (await call(room.adminToken, 'GET', `/users/${username}`)).body;

  it('is told so, and is a user with the default group and nothing more', async () => {
    expect(await register('U1', 'José Núñez', '!ops:say hi')).toContain('say register, and it does');
    expect(await register('U1', 'José Núñez')).toContain(
      'you are the user jose.nunez now, in the group newcomers',
    );
    expect(await user('jose.nunez')).toMatchObject({
      email: 'jose.nunez@terminal.invalid',
      fullName: 'José Núñez',
      groups: ['newcomers'],
      identities: [{ adapter: 'terminal', id: 'U1' }],
    });
    expect(await register('U1', 'José Núñez')).toContain('you are the user jose.nunez here');
    expect(await register('U1', undefined, '!ops:say hi')).toContain('hi');
    const audited = await room.dataSource.query(
      `select 1 from audit_entries where content ->> 'action' = 'registrations.self' and content ->> 'result' = 'allowed'`,
    );
    expect(audited).toHaveLength(1);
  });

  describe('under a name that could be taken for that of a user', () => {
    it.each(['alice', 'Alice', 'a1ice', 'AL1CE', 'ａｌｉｃｅ', 'a.l.i.c.e', 'adm1n'])('%s', async (name) => {
      const text = await register(`L-${name}`, name);
      expect(text).toMatch(
        /there is a user (alice|admin) already.*if that is you.*a code is on its way to you alone/s,
      );
    });
  });

  it.each(['аdmin', 'ádmin', 'root', 'security', '', '  ', '…', '李雷', '../..', 'everyone'])(
    'called %j gets a name that is made of the id',
    async (name) => {
      expect(await register(`W${name.length}${name.codePointAt(0) ?? 0}`, name)).toMatch(
        /you are the user terminal-w[0-9]+-[0-9a-f]{6} now/,
      );
    },
  );

  it('makes one user, however many ask for the same name at the same moment', async () => {
    const { registerSelf } = await import('@chasqui/api/registration/register-self');
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        registerSelf(room.dataSource, { adapter: 'chat', id: `R${n}`, name: 'Rita', group: 'newcomers' }),
      ),
    );
    expect(all.filter((made) => 'username' in made)).toEqual([{ username: 'rita' }]);
    expect(all.filter((made) => 'resembles' in made)).toHaveLength(7);
  });

  it('still gets a code, where there is an account already', async () => {
    expect(await register('U2', 'Someone Else', '!register code')).toContain(
      'a code is on its way to you alone',
    );
  });

  it('is refused while the group may administer anything', async () => {
    await call(room.adminToken, 'POST', '/roles', { name: 'too-much' });
    await call(room.adminToken, 'PUT', '/roles/too-much/permissions/chasqui:read-users');
    await call(room.adminToken, 'PUT', '/groups/newcomers/roles/too-much');
    expect(await register('U3', 'Eve')).toContain(
      'nobody can register now: the group newcomers may chasqui:read-users',
    );
    expect((await call(room.adminToken, 'GET', '/users/eve')).status).toBe(404);
    await call(room.adminToken, 'DELETE', '/groups/newcomers/roles/too-much');
    expect(await register('U3', 'Eve')).toContain('you are the user eve now');
  });
});
