import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../api-world.fixture.js';
import { openFleet, rowsOf, type Fleet } from './fleet.fixture.js';

whenPostgres('waves of a line on each relay', (serverUrl) => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await openFleet(serverUrl, 5)));
  afterAll(() => fleet[Symbol.asyncDispose]());

  it('begin when those before have ended, the last size again and again', async () => {
    const { id, orders, order } = await fleet.said('ops:name --on-each dc=fra --waves 1,40%');
    const first = await order(1);
    expect(await fleet.states(first)).toEqual(['accepted', 'waiting', 'waiting', 'waiting', 'waiting']);
    await fleet.ends(1, first, 'one');
    await fleet.ends(3, await order(3), 'three');
    await until(async () => (await fleet.states(first))[2] === 'succeeded');
    expect([orders(4), orders(5)]).toEqual([[], []]);
    await fleet.ends(2, await order(2), 'two');
    for (const n of [4, 5]) await fleet.ends(n, await order(n), 'more');
    expect(rowsOf(await fleet.reply(id, 'succeeded'))).toHaveLength(5);
  });

  it('are not begun any more after one with a failure', async () => {
    const { id, order } = await fleet.said('ops:name --on-each dc=fra --waves 2');
    await fleet.ends(1, await order(1), 'fine');
    const second = await order(2);
    await fleet.ends(2, second, 'disk full', 1);
    const reply = await fleet.reply(id, 'failed');
    expect(rowsOf(reply)).toEqual([
      'fra-1 succeeded 0 fine',
      'fra-2 failed 1 disk full',
      'fra-3 not started',
      'fra-4 not started',
      'fra-5 not started',
    ]);
    expect(reply.text).toContain('1 of 5 relays succeeded, 1 did not and 3 were not started');
    expect(await fleet.states(second)).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    const again = await fleet.said(`again ${second.runId} --failed`);
    for (const n of [2, 3, 4, 5]) await fleet.ends(n, await again.order(n), 'now');
    expect(rowsOf(await fleet.reply(again.id, 'succeeded'))).toHaveLength(4);
  });

  it('go on as long as no more fail than may', async () => {
    const { id, order } = await fleet.said('ops:name --on-each dc=fra --waves 1 --max-failures 20%');
    await fleet.ends(1, await order(1), 'no', 1);
    await fleet.ends(2, await order(2), 'yes');
    await fleet.ends(3, await order(3), 'no', 1);
    const { text } = await fleet.reply(id, 'failed');
    expect(text).toContain('1 of 5 relays succeeded, 2 did not and 2 were not started');
    expect(text).toContain('because more than 1 failed');
  });

  it('are cancelled in a pause, at once', async () => {
    const { id, order } = await fleet.said('ops:name --on-each dc=fra --waves 1,100% --pause 1h');
    const first = await order(1);
    await fleet.ends(1, first, 'done');
    await fleet.pauses(first);
    await fleet.said(`cancel ${first.runId}`);
    const reply = await fleet.reply(id, 'cancelled');
    expect(reply.text).toContain('1 of 5 relays succeeded and 4 were not started. admin cancelled it');
    expect(rowsOf(reply)[1]).toBe('fra-2 not started');
  });

  it('take turns within a wave where their command has a lock', async () => {
    const { id, order, orders } = await fleet.said('ops:locked --on-each dc=fra --waves 2,100% --pause 1h');
    await fleet.ends(1, await order(1), 'one');
    const second = await order(2);
    expect(await fleet.states(second)).toEqual(['succeeded', 'accepted', 'waiting', 'waiting', 'waiting']);
    await fleet.ends(2, second, 'two');
    await fleet.pauses(second);
    expect([3, 4, 5].flatMap((n) => orders(n))).toEqual([]);
    await fleet.said(`cancel ${second.runId}`);
    await fleet.reply(id, 'cancelled');
  });

  it('are begun once, with several instances', async () => {
    const other = await fleet.anotherApi();
    try {
      const { id, order, orders } = await fleet.said('ops:name --on-each dc=fra --waves 2 --pause 1s');
      for (const n of [1, 2, 3, 4, 5]) await fleet.ends(n, await order(n), 'done');
      expect((await fleet.reply(id, 'succeeded')).text).toContain('all 5 relays succeeded');
      expect([1, 2, 3, 4, 5].map((n) => orders(n).length)).toEqual([1, 1, 1, 1, 1]);
    } finally {
      await other.stop();
    }
  });

  it('are shown as they go, with when the next begins', async () => {
    const { id, order } = await fleet.said('ops:name --on-each dc=fra --waves 2 --pause 1h');
    for (const n of [1, 2]) await fleet.ends(n, await order(n), 'done');
    const { runId } = await order(1);
    const paused = await until(() =>
      fleet.world.replies.findLast((one) => one.inReplyTo === id && one.text.includes('next wave in')),
    );
    expect(paused.text).toMatch(/wave 1 of 3, 2 of 5 relays done; next wave in (1 h|60 min|59(\.\d)? min)/);
    expect(rowsOf(paused)).toEqual([
      'fra-1 succeeded 0 done',
      'fra-2 succeeded 0 done',
      ...[3, 4, 5].map((n) => `fra-${n} waiting`),
    ]);
    const shown = await fleet.said(`run show ${runId}`);
    expect((await fleet.reply(shown.id, 'succeeded')).text).toMatch(/1 +fra-3 +waiting/);
    await fleet.said(`cancel ${runId}`);
    await fleet.reply(id, 'cancelled');
  });
});
