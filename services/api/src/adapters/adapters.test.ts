import { ChatReply, topics, type ChatMessage, type DeadLetter } from '@chasqui/contracts';
import { adapterKeysOf, makeAdapterToken, open, readAdapterToken, seal } from '@chasqui/sealing';
import { whenPostgres } from '@chasqui/testbed/when';
import { outgoing } from '@chasqui/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { newId } from '../ids.js';
import { Adapters } from './adapters.service.js';

whenPostgres('an adapter', (serverUrl) => {
  let world: ApiWorld;
  const letters: DeadLetter[] = [];
  const sealedReplies: string[] = [];
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.transport.subscribe(
      { topic: topics.deadLetters, group: 'test' },
      async (_, letter) => void letters.push(letter),
    );
    await world.transport.subscribe(
      { topic: topics.chatReplies, params: { adapter: 'slack' }, group: 'test' },
      async (_, sealed) => void sealedReplies.push(sealed),
    );
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const keysIn = (token: string) => adapterKeysOf('slack', readAdapterToken(token)!.secret);
  const message = (more: Partial<ChatMessage> = {}): ChatMessage => ({
    id: newId(),
    adapter: 'slack',
    workspace: 'T1',
    room: { id: 'C1', direct: false },
    sender: { id: 'U1' },
    addressed: 'prefix',
    text: 'help',
    saidAt: Date.now(),
    ...more,
  });
  const says = async (token: string, said: ChatMessage, name = 'slack') => {
    const sealed = seal(said, name, 'from-adapter', (await keysIn(token)).messages);
    await world.transport.publish(outgoing(topics.chatMessages, {}, said.id, sealed));
  };
  const parkedFor = (id: string) => until(() => letters.find(({ key }) => key === id));
  const answerTo = async (token: string, id: string) => {
    const { replies } = await keysIn(token);
    return until(async () => {
      for (const sealed of sealedReplies) {
        const reply = ChatReply.safeParse(open(sealed, 'slack', 'to-adapter', replies)).data;
        if (reply?.inReplyTo === id) return reply;
      }
      return undefined;
    });
  };
  const runs = async () => (await world.call('GET', '/runs')).body.runs.length as number;
  let token: string;

  it('is made with a token that is shown once, and is heard with it alone', async () => {
    const { status, body } = await world.call('POST', '/adapters', { name: 'slack' });
    expect(status).toBe(201);
    token = body.token;
    expect(body.adapter).toMatchObject({ name: 'slack', state: 'never-seen', workspaces: [] });
    const said = message();
    await says(token, said);
    expect(await answerTo(token, said.id)).toMatchObject({ room: 'C1', at: expect.any(Number) });
    expect((await world.call('GET', '/adapters')).text).not.toContain(token.split('.')[2]);
    expect((await world.call('GET', '/adapters')).body.adapters).toMatchObject([
      { name: 'slack', state: 'active', tokens: [{ inUse: true, usedSince: expect.any(String) }] },
      { name: 'terminal', state: 'in-process', tokens: [] },
    ]);
  });

  it('is not heard in clear, under another key, in another name, for another, nor turned round', async () => {
    const before = await runs();
    const keys = await keysIn(token);
    await world.call('POST', '/adapters', { name: 'teams' });
    const forged: [why: string, value: (id: string) => unknown][] = [
      ['unsealed', (id) => message({ id })],
      [
        'wrong-token',
        async (id) =>
          seal(message({ id }), 'slack', 'from-adapter', (await keysIn(makeAdapterToken('slack'))).messages),
      ],
      ['wrong-token', (id) => seal(message({ id }), 'slack', 'to-adapter', keys.messages)],
      ['wrong-token', (id) => seal(message({ id }), 'slack', 'from-adapter', keys.replies)],
      [
        'wrong-token',
        (id) => seal(message({ id, adapter: 'teams' }), 'teams', 'from-adapter', keys.messages),
      ],
      [
        'wrong-token',
        (id) => seal(message({ id, adapter: 'terminal' }), 'terminal', 'from-adapter', keys.messages),
      ],
      [
        'not-its-name',
        (id) => seal(message({ id, adapter: 'teams' }), 'slack', 'from-adapter', keys.messages),
      ],
      [
        'not-its-name',
        (id) => seal(message({ id, adapter: 'http' }), 'slack', 'from-adapter', keys.messages),
      ],
      [
        'unknown-adapter',
        (id) => seal(message({ id, adapter: 'http' }), 'http', 'from-adapter', keys.messages),
      ],
      ['malformed', () => seal({ hello: 1 }, 'slack', 'from-adapter', keys.messages)],
    ];
    for (const [why, make] of forged) {
      const id = newId();
      const value = JSON.stringify(await make(id));
      await world.transport.publish({ topic: 'chat.messages', key: id, headers: {}, value });
      expect([why, await parkedFor(id)]).toMatchObject([why, { reason: 'unsealed', detail: why }]);
    }
    expect(await runs()).toBe(before);
    expect((await world.call('GET', '/metrics')).status).toBe(200);
    const { adapters } = (await world.call('GET', '/adapters')).body;
    expect(adapters.find(({ name }: { name: string }) => name === 'slack').rejectedAt).toBeDefined();
  });

  it('is bound to workspaces where it was made so', async () => {
    const made = await world.call('POST', '/adapters', { name: 'slack-ops', workspaces: ['T1'] });
    const keys = await adapterKeysOf('slack-ops', readAdapterToken(made.body.token)!.secret);
    const said = async (workspace: string) => {
      const one = message({ adapter: 'slack-ops', workspace });
      const sealed = seal(one, 'slack-ops', 'from-adapter', keys.messages);
      await world.transport.publish(outgoing(topics.chatMessages, {}, one.id, sealed));
      return one.id;
    };
    expect(await parkedFor(await said('T2'))).toMatchObject({ detail: 'foreign-workspace' });
    const before = await runs();
    await said('T1');
    await until(async () => (await runs()) > before);
  });

  it('says a line once, however often it is brought', async () => {
    const said = message({ text: 'help me' });
    await says(token, said);
    await answerTo(token, said.id);
    const before = await runs();
    await says(token, said);
    const next = message();
    await says(token, next);
    await answerTo(token, next.id);
    expect(await runs()).toBe(before + 1);
  });

  it('is answered under the token that it uses while one is exchanged', async () => {
    const { body } = await world.call('POST', '/adapters/slack/rotate', { overlap: '1h' });
    const [first, second, third] = [message(), message(), message()];
    await says(token, first);
    expect(await answerTo(token, first.id)).toBeDefined();
    await says(body.token, second);
    expect(await answerTo(body.token, second.id)).toBeDefined();
    await world.call('POST', '/adapters/slack/rotate', { overlap: '0s' });
    await says(token, third);
    expect(await parkedFor(third.id)).toMatchObject({ detail: 'expired-token' });
  });

  it('that is revoked is neither heard nor answered, and its name and token do not come back by themselves', async () => {
    const made = await world.call('POST', '/adapters/slack/rotate', { overlap: '0s' });
    token = made.body.token;
    const revoked = await world.call('POST', '/adapters/slack/revoke');
    expect(revoked.body).toMatchObject({ state: 'revoked', tokens: [] });
    const said = message();
    await says(token, said);
    expect(await parkedFor(said.id)).toMatchObject({ detail: 'revoked' });
    expect(await world.call('POST', '/adapters', { name: 'slack' })).toMatchObject({
      status: 409,
      body: {
        error: { code: 'adapter-revoked', message: expect.stringContaining('chasqui adapter delete slack') },
      },
    });
    await world.call('DELETE', '/adapters/slack');
    expect(await world.api.get(Adapters).enrol(token, [])).toBe('revoked');
    expect((await world.call('POST', '/adapters', { name: 'slack' })).status).toBe(201);
  });

  it('cannot be called as a way in that Chasqui has itself', async () => {
    for (const name of ['http', 'terminal', 'Slack', 'a b'])
      expect((await world.call('POST', '/adapters', { name })).status).toBe(400);
    expect((await world.call('POST', '/adapters/terminal/rotate', {})).status).toBe(404);
  });

  it('gives its token to nobody who holds less than those it speaks for', async () => {
    const fay = await world.call('POST', '/users', { username: 'fay', email: 'fay@example.org' });
    expect(fay.status).toBe(201);
    const fays = (await world.call('POST', '/users/fay/tokens', { name: 'laptop' })).body.token;
    await world.call('POST', '/roles', { name: 'chat' });
    await world.call('POST', '/groups', { name: 'chat' });
    await world.call('PUT', '/roles/chat/permissions/chasqui:manage-adapters');
    await world.call('PUT', '/groups/chat/roles/chat');
    await world.call('PUT', '/groups/chat/members/fay');
    expect((await world.call('POST', '/adapters', { name: 'zulip' }, fays)).status).toBe(201);
    await world.call('PUT', '/users/fay/identities/zulip', { id: 'F1' });
    expect((await world.call('POST', '/adapters/zulip/rotate', {}, fays)).status).toBe(200);

    await world.call('PUT', '/users/admin/identities/zulip', { id: 'A1' });
    const refused = {
      status: 403,
      body: {
        error: {
          code: 'more-than-you-hold',
          message: expect.stringContaining('everybody who is somebody in zulip'),
        },
      },
    };
    expect(await world.call('POST', '/adapters/zulip/rotate', {}, fays)).toMatchObject(refused);
    // Nor by making it anew: who is who stays when an adapter goes.
    expect((await world.call('DELETE', '/adapters/zulip', undefined, fays)).status).toBe(204);
    expect(await world.call('POST', '/adapters', { name: 'zulip' }, fays)).toMatchObject(refused);
    const scopes = ['chasqui:manage-adapters'];
    const narrow = (await world.call('POST', '/users/admin/tokens', { name: 'narrow', scopes })).body.token;
    expect(await world.call('POST', '/adapters', { name: 'zulip' }, narrow)).toMatchObject(refused);
    expect((await world.call('POST', '/adapters', { name: 'zulip' })).status).toBe(201);
  });
});
