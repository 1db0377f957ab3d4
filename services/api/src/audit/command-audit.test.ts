import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { Audit } from './audit.service.js';
import { Sweep } from '../runs/sweep.service.js';

const bundle = `
chasqui_bundle_version: 1
name: data
version: 1.2.3
description: Has results
image: example/data:1
permissions: [never]
commands:
  text: { description: Lines, executable: [/bin/echo], rules: [allow] }
  json: { description: Records, output: json, executable: [/bin/echo], rules: [allow] }
  all: { description: All at once, input: all, output: ndjson, executable: [/bin/echo], rules: [allow] }
  closed: { description: Nobody may, executable: [/bin/echo], rules: [must have data:never] }
  secret:
    description: Takes a secret
    options: { token: { type: string, secret: true } }
    executable: [/bin/echo]
    rules: [allow]
`;
const containers = { drivers: ['docker' as const] };
const digest = `sha256:${'a'.repeat(64)}`;

type Row = Record<string, unknown>;

whenPostgres('the audit log of commands', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1');
    await fra.heartbeat(containers);
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    expect(await world.call('POST', '/bundles', { source: bundle, enable: true })).toMatchObject({
      status: 201,
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const rows = async (query: string): Promise<Row[]> => {
    const { status, body, text } = await world.call('GET', `/audit/commands?${query}`);
    if (status !== 200) throw new Error(text);
    return body.commands;
  };
  const final = (id: string) =>
    until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark !== 'running'));
  /** Says a line in a room of its own, and gives its order. */
  const orders = async (line: string, room: string, sender = 'admin') => {
    const before = fra.orders.length;
    const id = await world.say(line, { room, sender });
    return { id, order: await fra.order(before), next: () => fra.order(before + 1) };
  };

  it('has a run that succeeded, with everything about it', async () => {
    const { id, order } = await orders('data:text one', 'ops');
    expect((await rows('channel=ops'))[0]).toMatchObject({ status: 'accepted' });
    await fra.finish(order, { imageDigest: digest });
    await final(id);
    const [row, ...more] = await rows('channel=ops');
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      id: order.runId,
      user: { id: expect.any(String), username: 'admin', email: 'admin@localhost' },
      line: 'data:text one',
      command: 'data:text',
      version: '1.2.3',
      image: 'example/data:1',
      imageDigest: digest,
      adapter: 'terminal',
      channel: 'ops',
      relay: 'fra-1',
      rules: [{ command: 'data:text', rule: 'allow', from: 'bundle', held: true, satisfied: true }],
      status: 'succeeded',
      exitCode: 0,
      durationMs: expect.any(Number),
      acceptedAt: expect.any(String),
      finishedAt: expect.any(String),
      origin: 'chat',
      method: 'terminal',
    });
  });

  it('has a run that failed, with its status', async () => {
    const { id, order } = await orders('data:text', 'fails');
    await fra.finish(order, { outcome: { kind: 'exited', exitCode: 3 } });
    await final(id);
    expect(await rows('channel=fails')).toMatchObject([{ status: 'failed', exitCode: 3 }]);
  });

  it('has a run that the relay refused', async () => {
    const { id, order } = await orders('data:text', 'policy');
    await fra.report(order, { kind: 'refused', code: 'policy', detail: 'no' });
    await final(id);
    expect(await rows('channel=policy')).toMatchObject([{ status: 'refused', code: 'policy', by: 'relay' }]);
  });

  it('has a refusal, with the rule that decided and what was missing', async () => {
    await final(await world.say('data:closed', { room: 'closed', sender: 'ann' }));
    const [row] = await rows('channel=closed');
    expect(row).toMatchObject({
      status: 'refused',
      code: 'not-allowed',
      user: { username: 'ann' },
      command: 'data:closed',
      rules: [{ rule: 'must have data:never', held: true, satisfied: false, missing: [['data:never']] }],
    });
    expect(row).toHaveProperty('durationMs');
  });

  it.each([
    ['what cannot be read', 'data:text "', 'bad-syntax'],
    ['what there is not', 'nosuch', 'unknown-command'],
    ['who is known to nobody', 'data:text', 'unknown-person'],
  ])('has a refusal of %s', async (what, line, code) => {
    const sender = code === 'unknown-person' ? 'stranger' : 'admin';
    await final(await world.say(line, { room: what, sender }));
    expect(await rows(`channel=${encodeURIComponent(what)}`)).toMatchObject([
      { status: 'refused', code, line },
    ]);
  });

  it('has what the API answered by itself', async () => {
    await final(await world.say('whoami', { room: 'itself' }));
    expect(await rows('channel=itself')).toMatchObject([{ command: 'whoami', status: 'succeeded' }]);
  });

  it('has no secret', async () => {
    const { id, order } = await orders('data:secret --token hunter2', 'secrets');
    await fra.finish(order);
    await final(id);
    expect(JSON.stringify(await rows('channel=secrets'))).not.toContain('hunter2');
    expect((await rows('channel=secrets'))[0]!['line']).toMatch(/^data:secret --token /);
    const kept = await world.dataSource.query<Row[]>('select content::text from audit_entries');
    expect(JSON.stringify(kept)).not.toContain('hunter2');
  });

  it('has a run that expired', async () => {
    const { id } = await orders('data:text', 'late');
    await world.api.get(Sweep).sweep(Date.now() + 100_000);
    await final(id);
    expect(await rows('channel=late')).toMatchObject([{ status: 'expired', code: 'order-late', by: 'api' }]);
  });

  it('has a run that was lost, and the truth when it comes', async () => {
    const { id, order } = await orders('data:text', 'lost');
    await fra.report(order, { kind: 'started' });
    await until(async () => (await world.call('GET', `/runs/${order.runId}`)).body.status === 'running');
    await world.api.get(Sweep).sweep(Date.now() + 1_000_000);
    await final(id);
    expect(await rows('channel=lost')).toMatchObject([{ status: 'lost' }]);
    await fra.heartbeat(containers);
    await fra.finish(order, { outcome: { kind: 'exited', exitCode: 4 } });
    await until(async () => (await rows('channel=lost'))[0]!['status'] === 'failed');
    const entries = await world.dataSource.query<Row[]>(
      `select step, status from audit_entries where about = $1 order by step`,
      [order.runId],
    );
    expect(entries).toEqual([
      { step: 0, status: 'accepted' },
      { step: 1, status: 'lost' },
      { step: 2, status: 'failed' },
    ]);
  });

  it('has a line of several stages, with what each came to', async () => {
    const { id, order, next } = await orders('data:json | data:all', 'staged');
    await fra.finish(order, {
      imageDigest: digest,
      chunks: [{ seq: 0, stream: 'stdout', text: '[{"a":1}]' }],
      outputBytes: 9,
    });
    await fra.finish(await next(), {
      chunks: [{ seq: 0, stream: 'stdout', text: '{"b":2}' }],
      outputBytes: 7,
    });
    await final(id);
    expect(await rows('channel=staged')).toMatchObject([
      {
        command: 'data:json',
        status: 'succeeded',
        stages: [
          { command: 'data:json', version: '1.2.3', relay: 'fra-1' },
          { command: 'data:all', version: '1.2.3', relay: 'fra-1' },
        ],
        executions: [
          { stage: 0, item: 0, relay: 'fra-1', status: 'succeeded', exitCode: 0, imageDigest: digest },
          { stage: 1, item: 0, relay: 'fra-1', status: 'succeeded' },
        ],
      },
    ]);
  });

  it('is asked for a command and a relay that came later in a line', async () => {
    const [row] = await rows('channel=staged');
    const last = { command: 'data:all', relay: 'fra-1' };
    expect((row!['stages'] as Row[])[1]).toMatchObject(last);
    for (const query of ['command=data:all', 'relay=fra-1', 'command=data:all&relay=fra-1&user=admin'])
      expect((await rows(query)).map(({ id }) => id)).toContain(row!['id']);
    expect((await rows('command=data:secret')).map(({ id }) => id)).not.toContain(row!['id']);
  });

  it('has the rules of every stage, also of those that were judged with what came before', async () => {
    const [staged] = await rows('channel=staged');
    expect(staged).toMatchObject({ rules: [{ command: 'data:json' }, { command: 'data:all' }] });
    const { id, order, next } = await orders('data:json | data:text $a', 'judged');
    await fra.finish(order, {
      chunks: [{ seq: 0, stream: 'stdout', text: '[{"a":1},{"a":2}]' }],
      outputBytes: 17,
    });
    await fra.finish(await next());
    await fra.finish(await fra.order(fra.orders.indexOf(order) + 2));
    await final(id);
    const allow = { rule: 'allow', from: 'bundle', held: true, satisfied: true };
    const [judged] = await rows('channel=judged');
    expect(judged!['rules']).toEqual([
      { ...allow, command: 'data:json' },
      { ...allow, command: 'data:text' },
    ]);
  });

  it('has one that failed on its way, and one that needed no relay', async () => {
    const { id, order } = await orders('data:json | data:all', 'half');
    await fra.finish(order, { outcome: { kind: 'exited', exitCode: 2 } });
    await final(id);
    expect(await rows('channel=half')).toMatchObject([{ status: 'failed', exitCode: 2 }]);
    await final(await world.say(`seed '[{"a":1}]' | count`, { room: 'none' }));
    expect(await rows('channel=none')).toMatchObject([{ status: 'succeeded' }]);
  });

  it('has how somebody came over REST', async () => {
    const { body } = await world.call('POST', '/runs', { line: 'whoami' });
    const [row] = (await rows('command=whoami')).filter(({ id }) => id === body.id);
    expect(row).toMatchObject({
      origin: 'api',
      method: 'api',
      address: '127.0.0.1',
      tokenId: expect.any(String),
    });
  });

  describe('is asked', () => {
    it.each(['user=ann', 'command=data:closed', 'channel=closed', 'status=refused&user=ann'])(
      'by %s',
      async (query) => {
        const found = await rows(query);
        expect(found.length).toBeGreaterThan(0);
        for (const row of found) expect(row['status']).toBe('refused');
      },
    );

    it('by relay and by time', async () => {
      expect((await rows('relay=fra-1')).length).toBeGreaterThan(3);
      expect(await rows('relay=nowhere')).toEqual([]);
      expect(await rows(`until=${new Date(Date.now() - 3_600_000).toISOString()}`)).toEqual([]);
      expect((await rows(`since=${new Date(Date.now() - 3_600_000).toISOString()}`)).length).toBeGreaterThan(
        3,
      );
    });

    it('by the open ones', async () => {
      const { id, order } = await orders('data:text', 'open');
      expect(await rows('status=accepted')).toMatchObject([{ id: order.runId }]);
      await fra.finish(order);
      await final(id);
      expect(await rows('status=accepted')).toEqual([]);
    });

    it('page by page, each run once', async () => {
      const all = (await rows('limit=500')).map(({ id }) => id);
      const seen: unknown[] = [];
      let next: string | undefined;
      do {
        const { body } = await world.call('GET', `/audit/commands?limit=3${next ? `&before=${next}` : ''}`);
        seen.push(...body.commands.map((row: Row) => row['id']));
        next = body.next;
      } while (next);
      expect(seen).toEqual(all);
      expect(new Set(seen).size).toBe(seen.length);
    });

    it('by whoever may not see the others’, and sees the own ones', async () => {
      const { body } = await world.call('POST', '/users/ann/tokens', { name: 't' });
      expect(await world.call('GET', '/audit/commands?user=admin', undefined, body.token)).toMatchObject({
        status: 403,
      });
      const answer = await world.call('GET', '/audit/commands', undefined, body.token);
      const seen = answer.body.commands.map((row: Row) => (row['user'] as Row)['username']);
      expect(new Set(seen)).toEqual(new Set(['ann']));
    });
  });

  it('has no secret of a line that came to nothing, nor of an alias', async () => {
    await world.call('POST', '/users', { username: 'bob', email: 'bob@example.org' });
    const sender = 'bob';
    const token = (await world.call('POST', '/users/bob/tokens', { name: 'laptop' })).body.token;
    const alias = (name: string, line: string) => world.call('PUT', `/aliases/${name}`, { line }, token);
    expect((await alias('login', 'data:secret --token')).status).toBe(200);
    expect((await alias('leak', 'data:secret --token hunter3')).body.error.code).toBe('alias-secret');
    expect((await alias('leak', 'login hunter3')).body.error.code).toBe('alias-secret');
    for (const [line, code] of [
      ['alias set leak data:secret --token hunter3', 'alias-secret'],
      ["alias set leak 'login hunter3'", 'alias-secret'],
      ["data:secret --token 'hunter3", 'bad-syntax'],
      ["login 'hunter3", 'bad-syntax'],
      ["try:it | login 'hunter3", 'bad-syntax'],
      ["why login 'hunter3", undefined],
      ['which data:secret --token hunter3', undefined],
    ] as const) {
      const { body } = await world.call('POST', '/runs', { line }, token);
      expect(body).toMatchObject({ line: expect.stringContaining('***'), ...(code && { code }) });
    }
    const before = fra.orders.length;
    await world.say('login hunter3', { sender });
    await fra.finish(await fra.order(before));
    expect((await final(await world.say('!! hunter3', { sender }))).text).toContain('secret');
    await world.call('PATCH', '/users/bob', { active: false });
    expect((await final(await world.say('login hunter3', { sender }))).text).toContain('switched off');

    await world.api.get(Audit).flush();
    for (const table of ['runs', 'audit_entries', 'outbox', 'aliases'])
      expect(
        await world.dataSource.query(`select x::text from ${table} x where x::text like '%hunter3%'`),
        table,
      ).toEqual([]);
  });
});
