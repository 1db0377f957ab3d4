import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const data = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: For pipelines
commands:
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, output: json, executable: [/bin/echo], rules: [allow] }
  lax: { description: One by one, input: each, on-error: continue, output: json, executable: [/bin/echo], rules: [allow] }
  all: { description: All at once, input: all, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('cancelling a line of several stages', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1');
    expect((await world.call('POST', '/bundles', { source: data, enable: true })).status).toBe(201);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const said = async (line: string) => {
    const before = fra.orders.length;
    const id = await world.say(line);
    return { id, before, order: await fra.order(before) };
  };
  const prints = (order: Order, text: string) =>
    fra.finish(order, { chunks: [{ seq: 0, stream: 'stdout', text }], outputBytes: text.length });
  const stopped = (order: Order) =>
    fra.finish(order, { outcome: { kind: 'cancelled' }, chunks: [], outputBytes: 0 });
  const cancel = async (runId: string) => (await world.call('POST', `/runs/${runId}/cancel`)).body;
  const run = async (id: string) => (await world.call('GET', `/runs/${id}`)).body;
  const states = async (id: string) =>
    (await run(id)).executions.map(({ status }: { status: string }) => status);
  const replyTo = (id: string, mark = 'cancelled') =>
    until(() => world.replies.findLast((reply) => reply.inReplyTo === id && reply.mark === mark));
  const records = (count: number) =>
    Array.from({ length: count }, (_, n) => `${JSON.stringify({ n })}\n`).join('');

  it('starts no later stage, and says what was not run', async () => {
    const { id, before, order } = await said('data:list | data:each $n | data:all');
    expect(await cancel(order.runId)).toMatchObject({ state: 'requested' });
    await stopped(order);
    const reply = await replyTo(id);
    expect(reply.text).toContain('cancelled by admin; what it did until then stays done. on fra-1');
    expect(reply.text).toContain('data:each and data:all were not run');
    expect(fra.orders).toHaveLength(before + 1);
    expect(await run(order.runId)).toMatchObject({ status: 'cancelled', executions: [{ stage: 0 }] });
  });

  it('starts none either where the stage ended before it was stopped', async () => {
    const { id, before, order } = await said('data:list | data:each $n | data:all');
    await cancel(order.runId);
    await prints(order, records(3));
    const text = 'cancelled by admin; data:each and data:all were not run; what ran before stays done.';
    expect((await replyTo(id)).text).toBe(`${text} run ${order.runId}`);
    expect(fra.orders).toHaveLength(before + 1);
  });

  it.each(['data:each', 'data:lax'])('cancels at once the items of %s that wait', async (command) => {
    const { id, before, order } = await said(`data:list | ${command} $n | data:all`);
    await prints(order, records(6));
    await fra.order(before + 4);
    expect(await cancel(order.runId)).toMatchObject({ state: 'requested' });
    expect((await states(order.runId)).slice(5)).toEqual(['cancelled', 'cancelled']);
    await until(() => fra.cancels.filter(({ runId }) => runId === order.runId).length === 4);
    await prints(fra.orders[before + 1]!, '{"x":1}');
    for (const at of [2, 3, 4]) await stopped(fra.orders[before + at]!);
    const reply = await replyTo(id);
    expect(reply.text).toContain('cancelled by admin');
    expect(reply.text).toContain('data:all was not run');
    expect(fra.orders).toHaveLength(before + 5);
    expect(await run(order.runId)).toMatchObject({ status: 'cancelled' });
  });

  it('lets a result stand that was there before it could be stopped', async () => {
    const { id, before, order } = await said('data:list | data:all');
    await prints(order, records(1));
    const last = await fra.order(before + 1);
    await cancel(order.runId);
    await prints(last, 'the end');
    expect((await replyTo(id, 'succeeded')).text).toBe(
      'the end\nadmin asked to cancel it; it ended before it was stopped',
    );
  });

  it('is once, by whichever of several reports comes first', async () => {
    const { id, before, order } = await said('data:list | data:each $n');
    await prints(order, records(2));
    const [one, two] = [await fra.order(before + 1), await fra.order(before + 2)];
    await Promise.all([cancel(order.runId), stopped(one), stopped(two), cancel(order.runId)]);
    await prints(one, '{"x":1}');
    await replyTo(id);
    expect(await run(order.runId)).toMatchObject({ status: 'cancelled' });
    expect(await cancel(order.runId)).toMatchObject({ state: 'over', status: 'cancelled' });
    expect(world.replies.filter((r) => r.inReplyTo === id && r.mark !== 'running')).toHaveLength(1);
  });
});
