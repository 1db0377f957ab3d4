import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it } from 'vitest';
import { ordersOf, until, waitingWorld, type WaitingWorld } from './waiting-world.fixture.js';

/** A relay that does what it is given, for a few milliseconds each; and how many of a kind it had at once at most. */
function working(relay: Awaited<ReturnType<WaitingWorld['relay']>>, kindOf: (order: Order) => string) {
  const atWork = new Map<string, number>();
  const most = new Map<string, number>();
  const order: string[] = [];
  let taken = 0;
  let underWay = Promise.resolve();
  const timer = setInterval(() => {
    for (const one of relay.orders.slice(taken)) {
      taken += 1;
      order.push(one.runId);
      const kind = kindOf(one);
      const now = (atWork.get(kind) ?? 0) + 1;
      atWork.set(kind, now);
      most.set(kind, Math.max(most.get(kind) ?? 0, now));
      const ended = new Promise((resolve) => setTimeout(resolve, 15)).then(() => {
        atWork.set(kind, atWork.get(kind)! - 1);
        return relay.finish(one);
      });
      underWay = Promise.all([underWay, ended]).then(() => undefined);
    }
  }, 5);
  return {
    most,
    order,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await underWay;
    },
  };
}

whenPostgres('two instances of the API', (serverUrl) => {
  it('never run more at once than may, and leave nobody out', { timeout: 120_000 }, async () => {
    await using world = await waitingWorld(serverUrl);
    const relay = await world.relay('fra-1');
    await using work = working(relay, ({ command, args }) => `${command} ${args.join(' ')}`);
    const lines = Array.from({ length: 24 }, (_, at) => {
      return ['ops:deploy prod', 'ops:build', 'ops:deploy test', 'ops:both'][at % 4]!;
    });
    await Promise.all(lines.map((line) => world.say(line)));
    const ended = () =>
      world.dataSource.query<{ status: string }[]>(
        `select status from runs where bundle = 'ops' and status not in ('accepted', 'running')`,
      );
    await until(async () => (await ended()).length === lines.length);
    expect(new Set((await ended()).map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(Object.fromEntries(work.most)).toMatchObject({ 'deploy prod': 1, 'deploy test': 1, 'both ': 1 });
    expect(work.most.get('build ')).toBeLessThanOrEqual(2);
    expect(work.order).toHaveLength(lines.length);
    expect(new Set(work.order).size).toBe(lines.length);
  });

  it('let through first who came first', { timeout: 120_000 }, async () => {
    await using world = await waitingWorld(serverUrl);
    const relay = await world.relay('fra-1');
    const first = await world.runOf('ops:deploy prod');
    const order = await until(() => ordersOf(relay.orders, first)[0]);
    const runs = [first];
    for (let at = 0; at < 8; at++) {
      const run = await world.runOf('ops:deploy prod');
      await until(async () => (await world.run(run)).executions[0].waits?.position === at + 1);
      runs.push(run);
    }
    await using work = working(relay, () => 'deploy');
    await world.stands(runs.at(-1)!, 'succeeded');
    expect(work.order).toEqual(runs);
    expect(order.runId).toBe(first);
  });

  it('go on with what waited when all of them were restarted', { timeout: 120_000 }, async () => {
    await using world = await waitingWorld(serverUrl);
    const relay = await world.relay('fra-1');
    const first = await world.runOf('ops:deploy prod');
    const order = await until(() => ordersOf(relay.orders, first)[0]);
    const locked = await world.runOf('ops:deploy prod');
    const placeless = await world.runOf('ops:build --on dc=ams --wait 1h');
    const late = await world.runOf('ops:build --on dc=sin --wait 15s');
    for (const run of [locked, placeless, late])
      await until(async () => (await world.executions(run))[0]?.state === 'waiting');
    await world.second.stop();
    await world.api.stop();

    const next = await world.another();
    try {
      const status = async (id: string) =>
        (
          await world.dataSource.query<{ status: string }[]>('select status from runs where id = $1', [id])
        )[0]!.status;
      await relay.heartbeat({ tags: ['dc=ams'] });
      await relay.finish(order);
      for (const run of [locked, placeless]) {
        await relay.finish(await until(() => ordersOf(relay.orders, run)[0]));
        await until(async () => (await status(run)) === 'succeeded');
      }
      await until(async () => (await status(late)) === 'expired');
      expect(world.replies.findLast(({ runId }) => runId === locked)!.text).toBe('done');
    } finally {
      await next.stop();
    }
  });
});
