import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { MemoryTransport } from '@chasqui/transport';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { Outbox } from '../runs/outbox.service.js';
import { Sweep } from '../runs/sweep.service.js';
import { mostItems } from './next-step.js';

const data = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: For pipelines
permissions: [use]
commands:
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, output: json, executable: [/bin/echo], rules: [must have data:use] }
  all: { description: All at once, input: all, executable: [/bin/echo], rules: [allow] }
  lax: { description: One by one, input: each, on-error: continue, output: json, executable: [/bin/echo], rules: [allow] }
  far: { description: Elsewhere, input: all, relay: dc=ams, executable: [/bin/echo], rules: [allow] }
  far-each: { description: Elsewhere, input: each, relay: dc=ams, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('a pipeline over relays that the test plays', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
    const installed = await world.call('POST', '/bundles', { source: data, enable: true });
    expect(installed.status, installed.text).toBe(201);
  });
  // However long all of these take, it is there.
  beforeEach(() => fra.heartbeat());
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(() => void vi.restoreAllMocks());

  const prints = (order: Order, text: string) =>
    fra.finish(order, {
      chunks: [{ seq: 0, stream: 'stdout', text }],
      outputBytes: Buffer.byteLength(text),
    });
  const run = async (id: string) => (await world.call('GET', `/runs/${id}`)).body;
  const replyTo = (id: string, mark: string) =>
    until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark === mark));
  const said = async (line: string) => {
    const before = fra.orders.length;
    const id = await world.say(line);
    return { id, before, order: await fra.order(before) };
  };
  const records = (count: number) =>
    Array.from({ length: count }, (_, n) => `${JSON.stringify({ n })}\n`).join('');

  it('gives each stage what the one before it printed, and has at most four of a stage under way', async () => {
    const { id, before, order } = await said('data:list | where n<6 | data:each $n | data:all');
    await prints(order, records(9));
    await fra.order(before + 4);
    expect(fra.orders.slice(before + 1).map((one) => one.args)).toEqual([['0'], ['1'], ['2'], ['3']]);
    expect(fra.orders[before + 1]!.stdin).toBe('{"n":0}\n');
    // The last first: what comes out keeps the order of what went in.
    await prints(fra.orders[before + 4]!, '{"x":"d"}');
    const fifth = await fra.order(before + 5);
    expect(fifth.args).toEqual(['4']);
    await prints(fifth, '{"x":"e"}');
    const sixth = await fra.order(before + 6);
    await prints(sixth, '{"x":"f"}');
    for (const [at, x] of ['a', 'b', 'c'].entries())
      await prints(fra.orders[before + 1 + at]!, `{"x":"${x}"}`);
    const all = await fra.order(before + 7);
    expect(all.stdin).toBe(
      Array.from('abcdef')
        .map((x) => `{"x":"${x}"}\n`)
        .join(''),
    );
    await prints(all, 'the end');
    expect((await replyTo(id, 'succeeded')).text).toBe('the end');
    expect(await run(order.runId)).toMatchObject({
      status: 'succeeded',
      staged: true,
      executions: [{ stage: 0 }, ...[0, 1, 2, 3, 4, 5].map((item) => ({ stage: 2, item })), { stage: 3 }],
    });
  });

  it('judges with the rights of the moment: what is taken away meanwhile is gone', async () => {
    const { id, order } = await said('data:list | data:each $n');
    await world.call('DELETE', '/roles/admin/permissions/data:use');
    await prints(order, records(2));
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain('you need data:use to run data:each');
    await world.call('PUT', '/roles/admin/permissions/data:use');
  });

  it('ends once, however often a stage reports its end', async () => {
    const { id, before, order } = await said('data:list | data:all');
    await prints(order, records(1));
    await prints(order, records(1));
    const all = await fra.order(before + 1);
    await prints(all, 'once');
    await prints(all, 'twice');
    expect((await replyTo(id, 'succeeded')).text).toBe('once');
    expect(fra.orders.length).toBe(before + 2);
  });

  it('starts nothing more than can be watched', async () => {
    const { id, order } = await said('data:list | data:each $n');
    await prints(order, records(mostItems + 1));
    expect((await replyTo(id, 'failed')).text).toContain('1,001 times');
  });

  it('passes on no half of a list', async () => {
    const { id, order } = await said('data:list | count');
    await fra.finish(order, { droppedBytes: 7 });
    expect((await replyTo(id, 'failed')).text).toContain('half a result is not passed on');
  });

  it('passes on no list of which a part did not come', async () => {
    const { id, before, order } = await said('data:list | data:all');
    await fra.finish(order, { outputBytes: 30 });
    expect((await replyTo(id, 'failed')).text).toContain('26 bytes of what data:list printed did not come');
    expect(fra.orders.length).toBe(before + 1);
  });

  it('keeps its bundle version to the end', async () => {
    const { id, before, order } = await said('data:list | data:all');
    const next = data.replace('1.0.0', '2.0.0').replaceAll('/bin/echo', '/bin/true');
    await world.call('POST', '/bundles', { source: next, enable: true });
    await prints(order, records(1));
    const all = await fra.order(before + 1);
    expect(all).toMatchObject({ version: '1.0.0', executable: ['/bin/echo'] });
    await prints(all, 'old');
    await replyTo(id, 'succeeded');
    await world.call('POST', '/bundles/data/versions/1.0.0/enable');
  });

  it('is lost with a stage, and does not go on hours later', async () => {
    const { id, before, order } = await said('data:list | data:all');
    await fra.report(order, { kind: 'started' });
    await world.api.get(Sweep).sweep(Date.now() + 50_000);
    await replyTo(id, 'lost');
    await prints(order, records(1));
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain('data:all was not run');
    expect(fra.orders.length).toBe(before + 1);
    await fra.heartbeat();
  });

  it('keeps the orders of a later stage until the broker has them', async () => {
    const { before, order } = await said('data:list | data:all');
    const publish = vi.spyOn(world.transport, 'publish');
    publish.mockImplementation(async (...messages) => {
      if (messages.some(({ topic }) => topic === 'relay.fra-1.orders')) throw new Error('the broker is away');
      return MemoryTransport.prototype.publish.apply(world.transport, messages);
    });
    await prints(order, records(1));
    const waits = `select id from outbox where topic = 'relay.fra-1.orders'`;
    await until(async () => (await world.dataSource.query(waits)).length === 1);
    publish.mockRestore();
    await world.dataSource.query(`update outbox set created_at = now() - interval '1 minute'`);
    await world.api.get(Outbox).sweep();
    await prints(await fra.order(before + 1), 'there');
  });

  it('goes on with more runs at once than it has connections', async () => {
    const before = fra.orders.length;
    for (let n = 0; n < 20; n++) await world.say('data:list | data:all');
    await fra.order(before + 19);
    await Promise.all(fra.orders.slice(before).map((order) => world.take(order, '{"n":0}')));
    await fra.order(before + 39);
  });

  it('does not begin a stage again when the truth about a lost item comes', async () => {
    const { id, before, order } = await said('data:list | data:lax $n | data:all');
    await prints(order, records(2));
    await fra.order(before + 2);
    const [, first, second] = fra.orders.slice(before);
    await prints(first!, '{"x":1}');
    await fra.report(second!, { kind: 'started' });
    await until(async () => (await run(order.runId)).executions[2]?.status === 'running');
    await world.api.get(Sweep).sweep(Date.now() + 50_000);
    const all = await fra.order(before + 3);
    await prints(second!, '{"x":2}');
    await until(async () => (await run(order.runId)).executions[2].status === 'succeeded');
    await prints(all, 'the end');
    expect((await replyTo(id, 'succeeded')).text).toBe('the end');
    expect(fra.orders.slice(before + 3).map(({ stdin }) => stdin)).toEqual(['{"x":1}\n']);
    await fra.heartbeat();
  });

  it('says what was not run when a stage that was lost, and with it its waiting items, has ended after all', async () => {
    const { id, before, order } = await said('data:list | data:each $n | data:all');
    await prints(order, records(6));
    await fra.order(before + 4);
    await world.api.get(Sweep).sweep(Date.now() + 50_000);
    await replyTo(id, 'lost');
    for (const each of fra.orders.slice(before + 1, before + 5)) await prints(each, '{}');
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain('was lost and has ended since');
    expect(reply.text).toContain('data:all was not run');
    expect(fra.orders.length).toBe(before + 5);
    await fra.heartbeat();
  });

  it.each([
    ['data:far', 'ams-1'],
    ['data:far-each $n', 'ams-3'],
  ])('ends where the relay of a later stage is gone: %s', async (later, name) => {
    const ams = await world.relay(name, ['dc=ams']);
    const { id, order } = await said(`data:list --on dc=fra | ${later}`);
    await world.call('DELETE', `/relays/${name}`);
    await prints(order, records(2));
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain(`no relay has name=${name}`);
    expect(ams.orders).toEqual([]);
  });

  it('ends where the relay goes while some items wait for it', async () => {
    const ams = await world.relay('ams-2', ['dc=ams']);
    const { id, order } = await said('data:list --on dc=fra | data:far-each $n');
    await prints(order, records(6));
    await ams.order(3);
    await world.call('DELETE', '/relays/ams-2');
    for (const each of ams.orders) await world.take(each, '{}');
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain('no relay has name=ams-2');
    expect(ams.orders.length).toBe(4);
  });

  it('passes on no more than an order can carry', async () => {
    const { id, order } = await said('data:list | data:all');
    await world.take(order, `{"x":"${'x'.repeat(1_300_000)}"}\n`);
    expect((await replyTo(id, 'failed')).text).toContain('more data than can be passed on');
  });

  it('passes on no more of a stage than can be held', async () => {
    const { id, before, order } = await said('data:list | data:lax $n | count');
    await prints(order, records(3));
    await fra.order(before + 3);
    for (const each of fra.orders.slice(before + 1)) await fra.finish(each, { outputBytes: 10 * 2 ** 20 });
    const reply = await replyTo(id, 'failed');
    expect(reply.text).toContain('data:lax printed more than is kept');
  });

  it('ends what is lost though another run cannot be ended', async () => {
    const { order: broken } = await said('data:list | data:all');
    const { id } = await said('data:list | data:all');
    const spoil = `update runs set plan = jsonb_set(plan, '{stages,1,sealedWords}', '"nonsense"') where id = $1`;
    await world.dataSource.query(spoil, [broken.runId]);
    await world.api.get(Sweep).sweep(Date.now() + 50_000);
    await replyTo(id, 'lost');
    await world.dataSource.query('delete from runs where id = $1', [broken.runId]);
    await fra.heartbeat();
  });
});
