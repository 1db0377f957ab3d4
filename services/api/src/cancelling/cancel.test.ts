import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { Sweep } from '../runs/sweep.service.js';

const nothing = { chunks: [], outputBytes: 0 };

whenPostgres('cancelling', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
    for (const username of ['ann', 'bob']) {
      await world.call('POST', '/users', { username, email: `${username}@example.org` });
      const made = await world.call('POST', `/users/${username}/tokens`, { name: 'test' });
      tokens[username] = made.body.token;
    }
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(() => vi.restoreAllMocks());

  const ordered = async (line = 'try:it now', sender = 'ann', room = 'terminal') => {
    const before = fra.orders.length;
    const id = await world.say(line, { sender, room });
    return { id, order: await fra.order(before) };
  };
  const running = async (...said: Parameters<typeof ordered>) => {
    const begun = await ordered(...said);
    await fra.report(begun.order, { kind: 'started' });
    await until(async () => (await run(begun.order.runId)).status === 'running');
    return begun;
  };
  const run = async (id: string) => (await world.call('GET', `/runs/${id}`)).body;
  const cancel = (id: string, who = 'ann') =>
    world.call('POST', `/runs/${id}/cancel`, undefined, tokens[who]);
  const told = (order: Order) =>
    until(() => fra.cancels.find((message) => message.executionId === order.executionId));
  const replyTo = (id: string, mark = 'cancelled') =>
    until(() => world.replies.findLast((reply) => reply.inReplyTo === id && reply.mark === mark));
  const answer = async (line: string, sender = 'ann', room = 'terminal') => {
    const id = await world.say(line, { sender, room });
    return until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark !== 'running'));
  };
  const away = () => {
    vi.spyOn(world.transport, 'connected').mockReturnValue(false);
  };

  it('asks the relay to stop what runs, and says who cancelled it once that is confirmed', async () => {
    const { id, order } = await running();
    expect(await cancel(order.runId)).toMatchObject({
      status: 200,
      body: {
        state: 'requested',
        status: 'running',
        by: 'ann',
        waitingFor: [{ relay: 'fra-1', state: 'online' }],
        text: `requested: fra-1 is to stop run ${order.runId}, and its reply says when that is done`,
      },
    });
    expect(await told(order)).toMatchObject({
      runId: order.runId,
      attempt: 1,
      startBy: order.startBy,
      by: 'ann',
    });
    expect((await replyTo(id, 'running')).text).toContain('cancel requested by ann, waiting for fra-1');
    expect(await run(order.runId)).toMatchObject({ status: 'running', cancel: { by: 'ann' } });

    await fra.finish(order, { outcome: { kind: 'cancelled' } });
    expect((await replyTo(id)).text).toBe(
      `done\ncancelled by ann; what it did until then stays done. on fra-1, run ${order.runId}`,
    );
    expect(await run(order.runId)).toMatchObject({ status: 'cancelled', cancel: { by: 'ann' } });
  });

  it('takes the word of a relay that had not started it', async () => {
    const { id, order } = await ordered();
    await cancel(order.runId);
    await fra.report(order, { kind: 'refused', code: 'cancelled', detail: 'it was cancelled' });
    expect((await replyTo(id)).text).toBe(
      `cancelled by ann before it was started; it did nothing. run ${order.runId}`,
    );
  });

  it('says it where it had ended before, and where it ends before it is stopped', async () => {
    const { id, order } = await running();
    await cancel(order.runId);
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    expect(await cancel(order.runId)).toMatchObject({
      body: {
        state: 'over',
        status: 'succeeded',
        text: `run ${order.runId} is not cancelled: it had ended before: succeeded`,
      },
    });
    await fra.finish(order, { outcome: { kind: 'cancelled' } });
    await running();
    expect(await run(order.runId)).toMatchObject({ status: 'succeeded' });
  });

  it('says since when a relay is away that would have to confirm, and believes it when it is back', async () => {
    const { id, order } = await running();
    const at = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(at + 60_000);
    const { body } = await cancel(order.runId);
    clock.mockRestore();
    expect(body).toMatchObject({ state: 'unconfirmed', waitingFor: [{ relay: 'fra-1', state: 'offline' }] });
    expect(body.text).toMatch(/^requested, not confirmed: fra-1 is offline since .*\d\d:\d\d UTC\. run /);
    expect(body.text).toContain('what runs there is stopped when it comes back');
    await fra.heartbeat();
    await fra.finish(order, { outcome: { kind: 'cancelled' }, ...nothing });
    await replyTo(id);
  });

  it('tells a relay that was called lost, too', async () => {
    const { id, order } = await running();
    await world.dataSource.query(`update relays set last_seen_at = now() - interval '5 minutes'`);
    await world.api.get(Sweep).sweep(Date.now());
    await replyTo(id, 'lost');
    expect(await cancel(order.runId)).toMatchObject({ body: { status: 'lost', by: 'ann' } });
    await told(order);
    await fra.heartbeat();
    await fra.finish(order, { outcome: { kind: 'cancelled' }, ...nothing });
    expect((await replyTo(id)).text).toContain('cancelled by ann');
  });

  it('takes back for certain an order that was not sent because the broker is away', async () => {
    away();
    const before = fra.orders.length;
    const id = await world.say('try:it now', { sender: 'ann' });
    const found = await until(async () => {
      const [row] = await world.dataSource.query(`select id from runs where in_reply_to = $1`, [id]);
      return row?.id as string | undefined;
    });
    expect(await cancel(found)).toMatchObject({
      body: { state: 'cancelled', status: 'cancelled', text: `cancelled: run ${found} was never started` },
    });
    expect(await world.dataSource.query(`select from outbox where not attempted`)).toEqual([]);
    vi.restoreAllMocks();
    expect((await replyTo(id)).text).toContain('cancelled by ann before it was started');
    const after = await ordered();
    expect(fra.orders.slice(before)).toEqual([after.order]);
    await fra.finish(after.order);
  });

  it('sends an order that waited for the broker as soon as it is back, once', async () => {
    away();
    const before = fra.orders.length;
    const id = await world.say('try:it now', { sender: 'ann' });
    await until(
      async () => (await world.dataSource.query(`select from outbox where not attempted`)).length === 1,
    );
    vi.restoreAllMocks();
    const order = await fra.order(before);
    expect(await cancel(order.runId)).toMatchObject({ body: { state: 'requested' } });
    await fra.report(order, { kind: 'refused', code: 'cancelled', detail: '' });
    await replyTo(id);
    expect(fra.orders.slice(before)).toEqual([order]);
  });

  it('ends what its relay did not start in time as cancelled', async () => {
    const { id, order } = await ordered();
    await cancel(order.runId);
    await world.api.get(Sweep).sweep(order.startBy + 60_000);
    expect((await replyTo(id)).text).toContain('cancelled by ann before it was started');
  });

  it('is asked for once, however often it is asked', async () => {
    const { id, order } = await running();
    await cancel(order.runId);
    expect((await cancel(order.runId, 'ann')).body).toMatchObject({
      by: 'ann',
      text: expect.stringContaining('ann has asked for that already. requested: fra-1'),
    });
    await fra.finish(order, { outcome: { kind: 'cancelled' }, ...nothing });
    await replyTo(id);
    expect(world.replies.filter((r) => r.inReplyTo === id && r.mark === 'cancelled')).toHaveLength(1);
  });

  it('is for the asker, and for others with chasqui:cancel-runs', async () => {
    const { id, order } = await running();
    expect(await cancel(order.runId, 'bob')).toMatchObject({
      status: 404,
      body: { error: { code: 'no-such-run' } },
    });
    expect((await answer(`cancel ${order.runId}`, 'bob')).text).toContain('that you may see');
    await world.call('POST', '/roles', { name: 'readers' });
    await world.call('PUT', '/roles/readers/permissions/chasqui:read-runs');
    await world.call('POST', '/groups', { name: 'night' });
    await world.call('PUT', '/groups/night/members/bob');
    await world.call('PUT', '/groups/night/roles/readers');
    expect(await cancel(order.runId, 'bob')).toMatchObject({ status: 403 });
    expect((await answer(`cancel ${order.runId}`, 'bob')).text).toContain('you need chasqui:cancel-runs');
    await world.call('PUT', '/roles/readers/permissions/chasqui:cancel-runs');
    expect((await answer(`cancel ${order.runId}`, 'bob')).text).toContain('requested: fra-1 is to stop');
    await fra.finish(order, { outcome: { kind: 'cancelled' }, ...nothing });
    expect((await replyTo(id)).text).toContain('cancelled by bob');
  });

  it('cancels in chat the latest of one’s own in the room', async () => {
    const room = 'latest';
    expect((await answer('cancel', 'ann', room)).text).toContain('nothing of yours is running here');
    const first = await running('try:it one', 'ann', room);
    const second = await running('try:it two', 'ann', room);
    await running('try:it three', 'bob', room);
    expect((await answer('cancel', 'ann', room)).text).toContain(second.order.runId);
    await told(second.order);
    await fra.finish(second.order, { outcome: { kind: 'cancelled' }, ...nothing });
    await replyTo(second.id);
    expect((await answer('cancel', 'ann', room)).text).toContain(first.order.runId);
    expect((await answer('cancel nothing', 'ann', room)).text).toContain('there is no run nothing');
    expect((await answer('cancel a b', 'ann', room)).text).toContain('usage: cancel [ID]');
  });

  it('stands in the audit log: as an action, and with the end of the run', async () => {
    const { id, order } = await running();
    await cancel(order.runId);
    await answer(`cancel ${order.runId}`);
    await fra.finish(order, { outcome: { kind: 'cancelled' }, ...nothing });
    await replyTo(id);
    const rows = await world.dataSource.query(
      `select content from audit_entries where kind = 'action' and step = 1 and content->'resource'->>'name' = $1 order by id`,
      [order.runId],
    );
    expect(rows.map(({ content }: { content: object }) => content)).toMatchObject([
      { action: 'runs.cancel', method: 'api', user: { username: 'ann' }, result: 'allowed' },
      {
        action: 'runs.cancel',
        method: 'terminal',
        user: { username: 'ann' },
        before: { status: 'running', cancelRequestedBy: 'ann' },
      },
    ]);
    const [end] = await world.dataSource.query(
      `select content from audit_entries where kind = 'command' and about = $1 and step > 0`,
      [order.runId],
    );
    expect(end.content).toMatchObject({ status: 'cancelled', cancelRequestedBy: 'ann' });
  });
});
