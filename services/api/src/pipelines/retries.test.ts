import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../api-world.fixture.js';
import { Sweep } from '../runs/sweep.service.js';
import { retryingWorld, type RetryingWorld } from './retrying-world.fixture.js';

whenPostgres('trying again where a relay failed', (serverUrl) => {
  let world: RetryingWorld;
  beforeAll(async () => void (world = await retryingWorld(serverUrl)));
  afterAll(() => world[Symbol.asyncDispose]());

  const refused = (order: Order, code: 'relay-stopping' | 'policy' | 'order-late') =>
    world.relayOf(order).report(order, { kind: 'refused', code, detail: '' });
  const finish = (order: Order, more = {}) => world.relayOf(order).finish(order, more);
  /** What waits of a run until some time waits no longer. */
  const timeComes = (runId: string) =>
    world.dataSource.query(
      `update executions set not_before = now() where run_id = $1 and state = 'waiting'`,
      [runId],
    );
  const nothing = { chunks: [], outputBytes: 0 };
  const unknown = { outcome: { kind: 'unknown' as const, detail: '' }, ...nothing };

  it('tries a read again on another relay, with the same key and another attempt', async () => {
    const { id, order, runId } = await world.ordered('again:read one');
    await world.silence(order);
    const second = await world.attempt(runId, 2);
    expect(second.relay).not.toBe(order.relay);
    expect(second).toMatchObject({ args: ['one'], idempotencyKey: order.executionId });
    expect(second.executionId).not.toBe(order.executionId);
    expect(second.env).toMatchObject({ CHASQUI_ATTEMPT: '2', CHASQUI_IDEMPOTENCY_KEY: order.executionId });
    expect(order.env).toMatchObject({ CHASQUI_ATTEMPT: '1', CHASQUI_IDEMPOTENCY_KEY: order.executionId });
    await finish(second);
    expect((await world.replyTo(id, 'succeeded')).text).toBe(`done\nattempt 2: ${order.relay} was lost`);
    const run = await world.run(runId);
    expect(run).toMatchObject({ status: 'succeeded', exitCode: 0, relay: second.relay });
    expect(run.executions).toMatchObject([
      { attempt: 1, relay: order.relay, status: 'lost' },
      { attempt: 2, relay: second.relay, status: 'succeeded' },
    ]);
    expect(run.staged).toBeUndefined();
    expect(world.finalReplies(id)).toHaveLength(1);
  });

  it('goes to no relay for a protected tag that it only claims', async () => {
    const [fra1, fra2] = world.relays;
    await world.call('POST', '/relays/fra-1/tags', { add: ['prod'] });
    await world.call('POST', '/protected-tags', { tag: 'prod' });
    await fra2!.heartbeat({ tags: ['prod'] });
    const { order, runId } = await world.ordered('again:read three --on prod');
    expect(order.relay).toBe('fra-1');
    await world.silence(order);
    await until(async () => (await world.run(runId)).executions.length === 2);
    expect((await world.run(runId)).executions[1]).toMatchObject({ attempt: 2, relay: 'fra-1' });
    await timeComes(runId);
    await fra1!.finish(await world.attempt(runId, 2));
    await until(async () => (await world.run(runId)).status === 'succeeded');
    await world.call('DELETE', '/protected-tags/prod');
    await fra2!.heartbeat();
  });

  it.each(['again:write one', 'again:never one', 'unsaid:it one'])('never tries %s again', async (line) => {
    const { id, order, runId } = await world.ordered(line);
    await world.silence(order);
    expect((await world.replyTo(id, 'lost')).text).toContain('is not run again by itself');
    expect(world.ordersOf(runId)).toHaveLength(1);
    await finish(order);
    await world.replyTo(id, 'succeeded');
  });

  it('tells the chat while it runs again', async () => {
    const { id, order, runId } = await world.ordered('again:read slowly');
    await refused(order, 'relay-stopping');
    const second = await world.attempt(runId, 2);
    const running = await world.replyTo(id, 'running');
    expect(running.text).toContain(`${order.relay} was shutting down; trying again on ${second.relay}`);
    await finish(second);
    await world.replyTo(id, 'succeeded');
  });

  it('lets the late truth of an attempt change nothing but its own', async () => {
    const { id, order, runId } = await world.ordered('again:read two');
    await world.silence(order);
    const second = await world.attempt(runId, 2);
    await finish(order, { outcome: { kind: 'exited', exitCode: 7 } });
    await until(async () => (await world.run(runId)).executions[0]!.status === 'failed');
    expect((await world.run(runId)).status).toBe('running');
    await finish(second);
    await world.replyTo(id, 'succeeded');
    expect(await world.run(runId)).toMatchObject({
      status: 'succeeded',
      exitCode: 0,
      executions: [{ status: 'failed', exitCode: 7 }, { status: 'succeeded' }],
    });
    expect(world.finalReplies(id)).toHaveLength(1);
  });

  it('tries as often as the command says, and tells all of it at the end', async () => {
    const { id, runId } = await world.ordered('again:often x');
    for (const nth of [1, 2, 3, 4]) await refused(await world.attempt(runId, nth), 'order-late');
    const reply = await world.replyTo(id, 'expired');
    expect(reply.text).toMatch(/attempt 4: fra-\d did not start it in time, fra-\d .* and fra-\d .*/);
    const { status, code, executions } = await world.run(runId);
    expect({ status, code }).toEqual({ status: 'expired', code: 'order-late' });
    expect(executions.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(world.ordersOf(runId)).toHaveLength(4);
    const [{ content }] = await world.dataSource.query(
      `select content from audit_entries where kind = 'command' and about = $1 and step = 1`,
      [runId],
    );
    expect(content.executions.map(({ attempt }: { attempt: number }) => attempt)).toEqual([1, 2, 3, 4]);
    const shown = await world.say(`run show ${runId}`);
    expect((await world.replyTo(shown, 'succeeded')).text).toMatch(
      /attempt 4\W+expired on fra-\d, order-late/,
    );
  });

  it('takes no exit code, no timeout and no policy for a reason', async () => {
    const first = await world.ordered('again:read a');
    await finish(first.order, { outcome: { kind: 'exited', exitCode: 3 } });
    await world.replyTo(first.id, 'failed');
    const second = await world.ordered('again:read b');
    await finish(second.order, { outcome: { kind: 'timed-out' } });
    await world.replyTo(second.id, 'timed-out');
    const third = await world.ordered('again:read c');
    await refused(third.order, 'policy');
    await world.replyTo(third.id, 'refused');
    for (const { runId } of [first, second, third]) expect(world.ordersOf(runId)).toHaveLength(1);
  });

  it('tries nothing again that is to be cancelled', async () => {
    const { id, order, runId } = await world.ordered('again:read d');
    await world.relayOf(order).report(order, { kind: 'started' });
    await until(async () => (await world.run(runId)).status === 'running');
    await world.call('POST', `/runs/${runId}/cancel`);
    await finish(order, unknown);
    expect((await world.replyTo(id, 'failed')).text).toContain('that is not confirmed');
    expect(world.ordersOf(runId)).toHaveLength(1);
  });

  it('asks for rights and rules as they are now', async () => {
    const { id, order, runId } = await world.ordered('again:same x');
    await world.call('DELETE', '/roles/admin/permissions/again:use');
    await world.silence(order);
    expect((await world.replyTo(id, 'lost')).text).toContain('not tried again: you need again:use');
    expect((await world.run(runId)).executions).toHaveLength(1);
    await world.call('PUT', '/roles/admin/permissions/again:use');
    await finish(order);
    expect((await world.replyTo(id, 'succeeded')).text).toBe('done');
    expect((await world.run(runId)).status).toBe('succeeded');
  });

  it('tries nothing again for which it is too late', async () => {
    const { id, order, runId } = await world.ordered('again:read late');
    await world.api.get(Sweep).sweep(order.startBy + 3_600_000);
    expect((await world.replyTo(id, 'expired')).text).toContain('not tried again: it is too late for that');
    expect(world.ordersOf(runId)).toHaveLength(1);
  });

  it('keeps a secret for the next attempt, sealed', async () => {
    const { id, order, runId } = await world.ordered('again:login --password hunter2');
    const [{ plan }] = await world.dataSource.query('select plan from runs where id = $1', [runId]);
    expect(JSON.stringify(plan)).not.toContain('hunter2');
    await refused(order, 'relay-stopping');
    const second = await world.attempt(runId, 2);
    expect(second.args).toEqual(order.args);
    expect(second.secrets).toEqual(['hunter2']);
    await finish(second);
    await world.replyTo(id, 'succeeded');
  });

  describe('in a pipeline', () => {
    const printed = (text: string) => ({
      chunks: [{ seq: 0, stream: 'stdout' as const, text }],
      outputBytes: Buffer.byteLength(text),
    });

    it('gives the next attempt the same records', async () => {
      const { id, order, runId } = await world.ordered('again:list | again:all');
      await finish(order, printed('{"n":1}\n{"n":2}\n'));
      const all = await until(() => world.ordersOf(runId).find(({ command }) => command === 'all'));
      await refused(all, 'relay-stopping');
      const second = await world.attempt(runId, 2);
      expect(second).toMatchObject({ command: 'all', stdin: '{"n":1}\n{"n":2}\n' });
      await finish(second);
      expect((await world.replyTo(id, 'succeeded')).text).toContain('done');
    });

    it('moves what waits for its turn to the relay that works', async () => {
      const { id, order, runId } = await world.ordered('again:list | again:each $n');
      const lines = [1, 2, 3, 4, 5, 6].map((n) => `{"n":${n}}\n`).join('');
      await finish(order, printed(lines));
      const eachOf = () => world.ordersOf(runId).filter(({ command }) => command === 'each');
      await until(() => eachOf().length === 4);
      const gone = eachOf()[0]!.relay;
      for (const one of eachOf()) await refused(one, 'relay-stopping');
      await until(() => eachOf().length === 8);
      for (const one of eachOf().filter(({ attempt }) => attempt === 2)) await finish(one);
      await until(() => eachOf().length === 10);
      for (const one of eachOf().filter(({ args }) => ['5', '6'].includes(args[0]!))) {
        expect(one).toMatchObject({ attempt: 1 });
        expect(one.relay).not.toBe(gone);
        await finish(one);
      }
      await world.replyTo(id, 'succeeded');
      expect(world.finalReplies(id)).toHaveLength(1);
    });
  });

  it('waits a little for the same relay where no other fits', async () => {
    const before = world.relays[0]!.orders.length;
    const id = await world.say('again:read alone --on name=fra-1');
    const order = await world.relays[0]!.order(before);
    await refused(order, 'relay-stopping');
    const waiting = await until(async () => {
      const { executions } = await world.run(order.runId);
      return executions.find(({ attempt }) => attempt === 2);
    });
    expect(waiting).toMatchObject({ status: 'waiting', relay: 'fra-1' });
    expect((await world.replyTo(id, 'running')).text).toContain(
      'fra-1 was shutting down; trying again there at',
    );
    await timeComes(order.runId);
    const second = await world.attempt(order.runId, 2);
    expect(second.relay).toBe('fra-1');
    await finish(second);
    await world.replyTo(id, 'succeeded');
  });

  it('keeps each of several relays to its own', async () => {
    const [fra1, fra2] = world.relays as [RelayOfTest, RelayOfTest];
    const before = fra1.orders.length;
    const id = await world.say('again:read each --on-each here');
    const order = await fra1.order(before);
    await refused(order, 'relay-stopping');
    await until(async () => (await world.run(order.runId)).executions.length === 3);
    await timeComes(order.runId);
    const second = await world.attempt(order.runId, 2);
    expect(second).toMatchObject({ relay: 'fra-1', idempotencyKey: order.executionId });
    await finish(second);
    await finish(await until(() => fra2.orders.find(({ runId }) => runId === order.runId)));
    await world.replyTo(id, 'succeeded');
    const { executions } = await world.run(order.runId);
    expect(executions.map(({ relay, attempt, status }) => `${relay} ${attempt} ${status}`)).toEqual([
      'fra-1 1 refused',
      'fra-1 2 succeeded',
      'fra-2 1 succeeded',
    ]);
  });
});

type RelayOfTest = RetryingWorld['relays'][number];
