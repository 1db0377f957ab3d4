import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { Sweep } from './sweep.service.js';

whenPostgres('an end that is reported when another one stands', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ordered = async () => {
    const before = fra.orders.length;
    const id = await world.say('try:it');
    return { id, order: await fra.order(before) };
  };
  const executionOf = async (runId: string) => (await world.call('GET', `/runs/${runId}`)).body.executions[0];
  const replyTo = (id: string, mark: string) =>
    until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark === mark));
  const exited = (exitCode: number) => ({ outcome: { kind: 'exited' as const, exitCode } });
  const lateOf = (runId: string, count: number) =>
    until(async () => {
      const { late = [] } = await executionOf(runId);
      return late.length >= count && late;
    });

  it('is kept and shown, and the first one stands', async () => {
    const { id, order } = await ordered();
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    await fra.finish(order, exited(9));
    expect(await lateOf(order.runId, 1)).toEqual([
      { status: 'failed', exitCode: 9, reportedAt: expect.any(String), heardAt: expect.any(String) },
    ]);
    expect(await executionOf(order.runId)).toMatchObject({ status: 'succeeded', exitCode: 0 });
    const shown = await replyTo(await world.say(`run show ${order.runId}`), 'succeeded');
    expect(shown.text).toMatch(
      /later report\W+at \S+ fra-1 said: failed, exit code 9\. the first end stands: succeeded, exit code 0/,
    );
    expect(world.replies.filter(({ inReplyTo }) => inReplyTo === id)).toHaveLength(1);
  });

  it('is kept once, however often it comes, and not where it says the same', async () => {
    const { id, order } = await ordered();
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    for (const exitCode of [9, 0, 9, 0, 9]) await fra.finish(order, exited(exitCode));
    await fra.finish(order, { outcome: { kind: 'timed-out' } });
    expect(await lateOf(order.runId, 2)).toMatchObject([
      { status: 'failed', exitCode: 9 },
      { status: 'timed-out' },
    ]);
  });

  it('is kept only so often, whatever a relay says', async () => {
    const { id, order } = await ordered();
    await fra.finish(order);
    await replyTo(id, 'succeeded');
    for (let exitCode = 1; exitCode <= 15; exitCode++) await fra.finish(order, exited(exitCode));
    const after = await ordered();
    await fra.finish(after.order);
    await replyTo(after.id, 'succeeded');
    expect(await lateOf(order.runId, 10)).toHaveLength(10);
  });

  it('tells that an order was run of which we said that nobody did', async () => {
    const { id, order } = await ordered();
    await world.api.get(Sweep).sweep(order.startBy + 60_000);
    await replyTo(id, 'expired');
    await fra.finish(order);
    expect(await lateOf(order.runId, 1)).toMatchObject([{ status: 'succeeded', exitCode: 0 }]);
    expect(await executionOf(order.runId)).toMatchObject({ status: 'expired', code: 'order-late' });
  });

  it('is no evidence where what stood was only that its relay was lost', async () => {
    const { id, order } = await ordered();
    await fra.report(order, { kind: 'started' });
    await until(async () => (await executionOf(order.runId)).status === 'running');
    const seen = (at: string) => world.dataSource.query(`update relays set last_seen_at = ${at}`);
    await seen(`now() - interval '5 minutes'`);
    await world.api.get(Sweep).sweep(Date.now());
    await seen('now()');
    await replyTo(id, 'lost');
    await fra.finish(order, exited(4));
    await replyTo(id, 'failed');
    const { status, late } = await executionOf(order.runId);
    expect({ status, late }).toEqual({ status: 'failed' });
  });
});
