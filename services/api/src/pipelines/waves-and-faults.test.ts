import { whenPostgres } from '@chasqui/testbed/when';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../api-world.fixture.js';
import { Sweep } from '../runs/sweep.service.js';
import { openFleet, rowsOf, type Fleet } from './fleet.fixture.js';

whenPostgres('waves of a line on each relay, when something fails,', (serverUrl) => {
  let fleet: Fleet;
  beforeEach(async () => void (fleet = await openFleet(serverUrl, 5)));
  afterEach(() => fleet[Symbol.asyncDispose]());

  it('come after a pause, which a restart of the API does not end', { timeout: 120_000 }, async () => {
    const { id, order, orders } = await fleet.said('ops:name --on-each dc=fra --waves 3 --pause 1h');
    for (const n of [1, 2, 3]) await fleet.ends(n, await order(n), 'done');
    const first = await order(1);
    await fleet.pauses(first);
    await fleet.world.api.stop();
    await fleet.world.dataSource.query(
      `update executions set not_before = now() where run_id = $1 and state = 'waiting'`,
      [first.runId],
    );
    const other = await fleet.anotherApi();
    try {
      for (const n of [4, 5]) await fleet.ends(n, await order(n), 'done too');
      expect(rowsOf(await fleet.reply(id, 'succeeded'))).toHaveLength(5);
      expect([1, 2, 3, 4, 5].map((n) => orders(n).length)).toEqual([1, 1, 1, 1, 1]);
    } finally {
      await other.stop();
    }
  });

  it('count a relay that was lost as failed, and its truth afterwards', { timeout: 120_000 }, async () => {
    const { id, order } = await fleet.said('ops:name --on-each dc=fra --waves 1,1,100%');
    await fleet.ends(1, await order(1), 'done');
    const second = await order(2);
    await fleet.relays[1]!.report(second, { kind: 'started' });
    await until(async () => (await fleet.states(second))[1] === 'running');
    await fleet.world.dataSource.query(
      `update relays set last_seen_at = now() - interval '1 hour' where name = 'fra-2'`,
    );
    await fleet.world.api.get(Sweep).sweep(Date.now());
    const lost = await fleet.reply(id, 'lost');
    expect(rowsOf(lost)[1]).toMatch(/^fra-2 lost fra-2 has not been heard/);
    expect(await fleet.states(second)).toEqual(['succeeded', 'lost', 'cancelled', 'cancelled', 'cancelled']);
    await fleet.ends(2, second, 'it was well');
    const reply = await fleet.reply(id, 'failed');
    expect(rowsOf(reply)[1]).toBe('fra-2 succeeded 0 it was well');
    expect(reply.text).toContain('2 of 5 relays succeeded and 3 were not started');
  });

  it(
    'end the line where none of its relays is left by the time that it comes to them',
    { timeout: 120_000 },
    async () => {
      const { id, order } = await fleet.said(
        'ops:list --on name=fra-1 | ops:all --on-each name=fra-5 --waves 1',
      );
      const first = await order(1);
      expect((await fleet.world.call('POST', '/relays/fra-5/disable', {})).status).toBeLessThan(300);
      await fleet.ends(1, first, '{"n":1}');
      const { text } = await fleet.reply(id, 'failed');
      expect(text).toContain('0 of 1 relay succeeded and 1 did not');
      expect(text).toMatch(/fra-5 +refused/);
    },
  );

  it('pass over a relay that was paused meanwhile, as one that failed', { timeout: 120_000 }, async () => {
    const { id, order, orders } = await fleet.said(
      'ops:name --on-each dc=fra --waves 1,2,100% --max-failures 1',
    );
    const first = await order(1);
    const paused = await fleet.world.call('POST', '/relays/fra-2/pause', { note: 'new disks' });
    expect(paused.status, paused.text).toBeLessThan(300);
    await fleet.ends(1, first, 'done');
    for (const n of [3, 4, 5]) await fleet.ends(n, await order(n), 'done');
    const reply = await fleet.reply(id, 'failed');
    expect(rowsOf(reply)[1]).toMatch(/^fra-2 refused .*fra-2 .*paused since .*new disks/);
    expect(orders(2)).toEqual([]);
  });
});
