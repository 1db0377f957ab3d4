import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordersOf, until, waitingWorld, type WaitingWorld } from './waiting-world.fixture.js';

whenPostgres('locks and limits', (serverUrl) => {
  let world: WaitingWorld;
  let fra: Awaited<ReturnType<WaitingWorld['relay']>>;
  beforeAll(async () => {
    world = await waitingWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ordered = (runId: string) => until(() => ordersOf(fra.orders, runId)[0]);
  const isOrdered = (runId: string) => ordersOf(fra.orders, runId).length > 0;
  const waits = (runId: string, what = 'lock') =>
    until(async () => (await world.executions(runId)).find(({ waits_for }) => waits_for === what));

  it('lets one at a time through for each name, the next as it ends, whichever command it is', async () => {
    const first = await world.runOf('ops:deploy prod');
    const order = await ordered(first);
    const second = await world.runOf('ops:rollback');
    const third = await world.runOf('ops:deploy prod');
    await ordered(await world.runOf('ops:deploy test'));
    await waits(second);
    await waits(third);
    expect(isOrdered(second)).toBe(false);
    await fra.finish(order);
    await fra.finish(await ordered(second));
    expect(isOrdered(third)).toBe(false);
    await fra.finish(await ordered(third));
    for (const id of [first, second, third]) await world.stands(id, 'succeeded');
    expect((await world.told(third)).text).toBe('done');
  });

  it('says at once what is waited for, who has it, how many come before and when it is given up', async () => {
    const first = await world.runOf('ops:deploy said');
    const order = await ordered(first);
    await fra.report(order, { kind: 'started' });
    await world.stands(first, 'running');
    const second = await world.runOf('ops:deploy said --wait 2h');
    const third = await world.runOf('ops:deploy said');
    const { text } = await world.saidOf(second, 'waiting for');
    expect(text).toMatch(
      /^waiting for the lock ops:deploy-said, which admin holds since .*\d\d:\d\d UTC \(run \S+\)\. it is next; given up at .*\d\d:\d\d UTC\. to stop waiting: cancel\. run /,
    );
    expect(text).toContain(first);
    expect((await world.saidOf(third, 'waiting for')).text).toContain('1 other before it');
    const [execution] = (await world.run(third)).executions;
    expect(execution).toMatchObject({
      status: 'waiting',
      waits: {
        for: 'lock',
        key: 'ops:deploy-said',
        position: 2,
        holders: [{ runId: first, username: 'admin' }],
      },
    });
    await world.call('POST', `/runs/${second}/cancel`);
    expect((await world.run(third)).executions[0].waits.position).toBe(1);
    await fra.finish(order);
    await fra.finish(await ordered(third));
    expect(isOrdered(second)).toBe(false);
  });

  it('ends a run at once that only waits and is cancelled, and says who did it', async () => {
    const order = await ordered(await world.runOf('ops:deploy gone'));
    const waiting = await world.runOf('ops:deploy gone');
    await waits(waiting);
    const { body } = await world.call('POST', `/runs/${waiting}/cancel`);
    expect(body).toMatchObject({ state: 'cancelled', status: 'cancelled' });
    expect((await world.saidOf(waiting, 'cancelled')).text).toBe(
      `cancelled by admin before it was started; it did nothing. run ${waiting}`,
    );
    await fra.finish(order);
    expect(isOrdered(waiting)).toBe(false);
  });

  it('gives up what has waited long enough, with who still holds it', async () => {
    const first = await world.runOf('ops:deploy late');
    const order = await ordered(first);
    const waiting = await world.runOf('ops:deploy late --wait 500ms');
    await world.stands(waiting, 'expired');
    expect((await world.saidOf(waiting, 'not run')).text).toBe(
      `not run: it waited 500 ms for the lock ops:deploy-late, which admin holds (run ${first}). send it again if you still want it; with --wait it waits longer`,
    );
    expect(await world.run(waiting)).toMatchObject({ status: 'expired', code: 'waited-for-lock' });
    await fra.finish(order);
  });

  it('runs no more of a command at once than its bundle says, whoever asks', async () => {
    const runs = [];
    for (let at = 0; at < 5; at++) runs.push(await world.runOf('ops:build'));
    const [one, two] = [await ordered(runs[0]!), await ordered(runs[1]!)];
    for (const id of runs.slice(2)) await waits(id, 'limit');
    expect((await world.saidOf(runs[2]!, 'waiting')).text).toMatch(
      /^waiting for its turn: 2 executions of ops:build run, and no more run at once\. it is next; /,
    );
    await fra.finish(two);
    const three = await ordered(runs[2]!);
    expect(isOrdered(runs[3]!)).toBe(false);
    for (const order of [one, three]) await fra.finish(order);
    for (const id of runs.slice(3)) await fra.finish(await ordered(id));
    for (const id of runs) await world.stands(id, 'succeeded');
  });

  it('asks for both where a command has both', async () => {
    const [first, second] = [await world.runOf('ops:both'), await world.runOf('ops:both')];
    await fra.finish(await ordered(first));
    await fra.finish(await ordered(second));
    await world.stands(second, 'succeeded');
  });

  it('counts the records of a pipeline each by itself, and goes on when all are through', async () => {
    const run = await world.runOf('ops:list | ops:each $n');
    const text = Array.from({ length: 5 }, (_, n) => `${JSON.stringify({ n })}\n`).join('');
    const chunks = [{ seq: 0, stream: 'stdout' as const, text }];
    await fra.finish(await ordered(run), { chunks, outputBytes: text.length });
    for (let at = 1; at <= 5; at++) {
      const order = await until(() => ordersOf(fra.orders, run)[at]);
      const open = (await world.executions(run)).filter(({ state }) => state === 'accepted');
      expect(open.length).toBeLessThanOrEqual(2);
      await fra.finish(order);
    }
    await world.stands(run, 'succeeded');
  });

  it('has another attempt wait for the lock again', async () => {
    const run = await world.runOf('ops:look');
    const order = await ordered(run);
    const next = await world.runOf('ops:look');
    await waits(next);
    await fra.report(order, { kind: 'refused', code: 'relay-stopping', detail: 'it is stopping' });
    await fra.finish(await ordered(next));
    const again = await until(() => ordersOf(fra.orders, run)[1]);
    expect(again).toMatchObject({ attempt: 2, idempotencyKey: order.idempotencyKey });
    await fra.finish(again);
    await world.stands(run, 'succeeded');
  });

  it('keeps the lock of what is lost until its truth comes', async () => {
    const first = await world.runOf('ops:deploy lost');
    const order = await ordered(first);
    await world.dataSource.query(
      `update executions set state = 'lost', finished_at = now() where run_id = $1`,
      [first],
    );
    await world.dataSource.query(`update runs set status = 'lost' where id = $1`, [first]);
    const second = await world.runOf('ops:deploy lost');
    expect((await world.saidOf(second, 'waiting')).text).toMatch(
      /its relay is silent, and it may keep it until .*\d\d:\d\d UTC\. it is next/,
    );
    await fra.finish(order);
    await fra.finish(await ordered(second));
  });

  it('gives up the lock of what is lost once its own time has passed, for then its relay has stopped it', async () => {
    const first = await world.runOf('ops:deploy past');
    await ordered(first);
    await world.dataSource.query(
      `update executions set state = 'lost', started_at = now() - interval '3 minutes' where run_id = $1`,
      [first],
    );
    await fra.finish(await ordered(await world.runOf('ops:deploy past')));
  });
});
