import { topics, type DeadLetter } from '@chasqui/contracts';
import { makeRelayToken, keysOf, readRelayToken, seal } from '@chasqui/sealing';
import { whenPostgres } from '@chasqui/testbed/when';
import { outgoing } from '@chasqui/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { newId } from '../ids.js';
import { RelayBoard } from '../relays/board.service.js';
import { Sweep } from './sweep.service.js';

whenPostgres('what relays report', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ordered = async (line = 'try:it now --on dc=fra') => {
    const before = fra.orders.length;
    const id = await world.say(line);
    return { id, order: await fra.order(before) };
  };
  const run = async (id: string) => (await world.call('GET', `/runs/${id}`)).body;
  const replyTo = (id: string, mark: string) =>
    until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark === mark));

  it('tells the asker, and keeps who asked for what, where and how it ended', async () => {
    const { id, order } = await ordered();
    await fra.report(order, { kind: 'started' });
    await fra.finish(order);
    expect(await replyTo(id, 'succeeded')).toMatchObject({ text: 'done', exitCode: 0, room: 'terminal' });
    expect(await run(order.runId)).toMatchObject({
      line: 'try:it now --on dc=fra',
      status: 'succeeded',
      bundle: 'try',
      command: 'it',
      version: '1.0.0',
      adapter: 'terminal',
      room: 'terminal',
      user: { username: 'admin', email: 'admin@localhost' },
      relay: 'fra-1',
      exitCode: 0,
      executions: [{ relay: 'fra-1', status: 'succeeded', exitCode: 0 }],
    });
  });

  it('says how much of what was printed did not come', async () => {
    const { id, order } = await ordered();
    await fra.finish(order, {
      chunks: [{ seq: 7, stream: 'stdout', text: 'the end' }],
      outputBytes: 17,
    });
    expect((await replyTo(id, 'succeeded')).text).toBe(
      `the end\n10 bytes of what it printed did not come; its relay has lost them, or they are still on the way. the whole: chasqui runs show ${order.runId}`,
    );
  });

  it('counts what a relay is at, between its heartbeats too', async () => {
    const atWork = () =>
      world.api
        .get(RelayBoard)
        .views(Date.now())
        .find(({ name }) => name === 'fra-1')!.inFlight;
    const before = atWork();
    const { id, order } = await ordered();
    expect(atWork()).toBe(before + 1);
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    expect(atWork()).toBe(before);
  });

  it('finishes once, however often and in whatever order the reports come', async () => {
    const { id, order } = await ordered();
    await fra.finish(order);
    await fra.report(order, { kind: 'started' });
    await fra.finish(order, { outcome: { kind: 'exited', exitCode: 9 } });
    await fra.finish(order);
    const after = await ordered();
    await fra.finish(after.order);
    await replyTo(after.id, 'succeeded');
    expect(world.replies.filter((reply) => reply.inReplyTo === id)).toHaveLength(1);
    expect(await run(order.runId)).toMatchObject({ status: 'succeeded', exitCode: 0 });
  });

  it('takes one run out of a chat message that comes twice', async () => {
    const { id, order } = await ordered();
    await world.say('try:it now --on dc=fra', { id });
    const after = await ordered();
    expect(fra.orders.filter((one) => one.runId === order.runId)).toHaveLength(1);
    expect(fra.orders.at(-1)).toBe(after.order);
    await fra.finish(order);
    await fra.finish(after.order);
  });

  it('takes one run out of those that come at the same time, too', async () => {
    const id = newId();
    const before = fra.orders.length;
    await Promise.all(
      ['one', 'two', 'three'].map((room) => world.say('try:it now --on dc=fra', { id, room })),
    );
    const order = await fra.order(before);
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    expect(
      await world.dataSource.query('select from executions where run_id = $1', [order.runId]),
    ).toHaveLength(1);
  });

  it('keeps output in order, each stream for itself, and the NULs that PostgreSQL does not hold', async () => {
    const { id, order } = await ordered();
    await fra.report(order, { kind: 'started' });
    const chunks = [
      { seq: 0, stream: 'stdout' as const, text: 'one\0\n' },
      { seq: 1, stream: 'stderr' as const, text: 'two\n' },
    ];
    await fra.report(order, { kind: 'output', epoch: 0, chunks });
    await fra.report(order, { kind: 'output', epoch: 0, chunks });
    await fra.finish(order, {
      chunks: [{ seq: 2, stream: 'stdout', text: 'three\n' }],
      outputBytes: 15,
      droppedBytes: 3,
    });
    const reply = await replyTo(id, 'succeeded');
    expect(reply.text).toMatch(/11 bytes that are not text.*two.*3 bytes dropped/s);
    const events = await world.call('GET', `/runs/${order.runId}/events`);
    expect(events.text).toContain('"text":"three\\n"');
    expect(events.text).toContain(`"base64":"${Buffer.from('one\0\n').toString('base64')}"`);
    expect(events.text.match(/^event: .*$/gm)).toEqual([
      'event: output',
      'event: output',
      'event: output',
      'event: end',
    ]);
    expect(await run(order.runId)).toMatchObject({ executions: [{ outputBytes: 15, droppedBytes: 3 }] });
  });

  it('is followed by nobody whose token was revoked meanwhile, or whose right was taken away', async () => {
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    await world.call('POST', '/roles', { name: 'reader' });
    await world.call('POST', '/groups', { name: 'reader' });
    await world.call('PUT', '/roles/reader/permissions/chasqui:read-runs');
    await world.call('PUT', '/groups/reader/roles/reader');
    const { order } = await ordered();
    const path = `/runs/${order.runId}/events`;
    for (const takeAway of ['/users/ann/tokens/laptop', '/groups/reader/members/ann']) {
      await world.call('PUT', '/groups/reader/members/ann');
      const { token } = (await world.call('POST', '/users/ann/tokens', { name: 'laptop' })).body;
      const following = await fetch(`${world.api.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(following.status).toBe(200);
      expect((await world.call('DELETE', takeAway)).status).toBe(204);
      expect(await following.text()).not.toContain('event: end');
    }
    await fra.finish(order);
    expect((await world.call('GET', path)).text).toContain('event: end');
  });

  it('shows the output of the latest epoch only, because an adopted container is read anew', async () => {
    const { id, order } = await ordered();
    await fra.report(order, {
      kind: 'output',
      epoch: 0,
      chunks: [{ seq: 0, stream: 'stdout', text: 'from before\n' }],
    });
    await fra.finish(order, { epoch: 1, chunks: [{ seq: 0, stream: 'stdout', text: 'read anew\n' }] });
    expect((await replyTo(id, 'succeeded')).text).toBe('read anew');
  });

  it('says why a relay would not, and what became of a command that failed', async () => {
    const refused = await ordered();
    await fra.report(refused.order, {
      kind: 'refused',
      code: 'policy',
      detail: '/bin/echo is not in its list',
    });
    expect((await replyTo(refused.id, 'refused')).text).toContain('/bin/echo is not in its list');
    expect(await run(refused.order.runId)).toMatchObject({ status: 'refused', code: 'policy' });

    const failed = await ordered();
    await fra.finish(failed.order, { outcome: { kind: 'exited', exitCode: 3 }, chunks: [] });
    expect(await replyTo(failed.id, 'failed')).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('exit code 3'),
    });

    const timedOut = await ordered();
    await fra.finish(timedOut.order, { outcome: { kind: 'timed-out' } });
    expect((await replyTo(timedOut.id, 'timed-out')).text).toContain('stopped after 60 s');
  });

  it('takes no report from a relay that was not given the execution', async () => {
    const ams = await world.relay('ams-1', ['dc=ams']);
    const { order } = await ordered();
    await ams.finish(order);
    await ams.report(order, { kind: 'started' }, 'fra-1');
    const own = await world.say('try:it --on dc=ams');
    await ams.finish(await ams.order());
    await replyTo(own, 'succeeded');
    expect(await run(order.runId)).toMatchObject({ status: 'accepted' });
    await fra.finish(order);
  });

  it('parks a report that does not open, and goes on', async () => {
    const letters: DeadLetter[] = [];
    await world.transport.subscribe(
      { topic: topics.deadLetters, group: 'test' },
      async (_, letter) => void letters.push(letter),
    );
    const { id, order } = await ordered();
    const others = await keysOf('fra-1', readRelayToken(makeRelayToken('fra-1'))!.secret);
    const forged = seal({ ...order, kind: 'finished' }, 'fra-1', 'from-relay', others.reports);
    await world.transport.publish(outgoing(topics.relayReports, {}, order.executionId, forged));
    await world.transport.publish({
      topic: 'relay.reports',
      key: order.executionId,
      headers: {},
      value: '"garbage"',
    });
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    const parked = await until(() => {
      const mine = letters.filter((letter) => letter.key === order.executionId);
      return mine.length >= 2 && mine;
    });
    expect(parked.map((letter) => letter.reason).toSorted()).toEqual(['malformed', 'unsealed']);
  });

  it('expires an order that nobody started, and says so', async () => {
    const { id, order } = await ordered();
    await world.api.get(Sweep).sweep(order.startBy + 60_000);
    const by = new Date(order.startBy).toISOString().slice(11, 16);
    expect((await replyTo(id, 'expired')).text).toContain(`did not start it by ${by} UTC, and late orders`);
    expect(await run(order.runId)).toMatchObject({ status: 'expired' });
  });

  it('believes no relay that it began before it was asked to', async () => {
    const { id, order } = await ordered();
    await fra.report(order, { kind: 'started', at: Date.now() - 10 * 60_000 });
    await until(async () => (await run(order.runId)).status === 'running');
    await world.api.get(Sweep).sweep(Date.now());
    expect(await run(order.runId)).toMatchObject({ status: 'running' });
    await fra.finish(order);
    await replyTo(id, 'succeeded');
  });

  it('calls a run lost when its relay falls silent, and lets the truth replace that when it returns', async () => {
    const { id, order } = await ordered();
    await fra.report(order, { kind: 'started' });
    await until(async () => (await run(order.runId)).status === 'running');
    await world.dataSource.query(
      `update relays set last_seen_at = now() - interval '5 minutes' where name = 'fra-1'`,
    );
    await world.api.get(Sweep).sweep(Date.now());
    expect(await replyTo(id, 'lost')).toMatchObject({
      text: expect.stringContaining('fra-1 has not been heard since'),
    });
    expect(await run(order.runId)).toMatchObject({ status: 'lost' });

    // A report of before it was lost, brought again by whoever can write to the broker, or late.
    await fra.report(order, { kind: 'started', at: Date.now() - 60_000 });
    await fra.heartbeat();
    expect(await run(order.runId)).toMatchObject({ status: 'lost' });

    await fra.finish(order, { outcome: { kind: 'exited', exitCode: 0 } });
    const truth = await replyTo(id, 'succeeded');
    const lost = await replyTo(id, 'lost');
    expect(truth.seq).toBeGreaterThan(lost.seq);
    expect(await run(order.runId)).toMatchObject({ status: 'succeeded' });
  });

  it('publishes what a crash left in the outbox', async () => {
    const { order } = await ordered();
    await fra.finish(order);
    const [row] = await world.dataSource.query(
      `insert into outbox values (gen_random_uuid(), 'chat.replies.terminal', 'k', '{}', $1, now() - interval '1 minute') returning id`,
      [JSON.stringify({ ...(await until(() => world.replies.at(-1))), inReplyTo: 'left behind' })],
    );
    await until(() => world.replies.some((reply) => reply.inReplyTo === 'left behind'));
    await until(
      async () => (await world.dataSource.query('select from outbox where id = $1', [row.id])).length === 0,
    );
  });
});
