import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../api-world.fixture.js';
import { openFleet, rowsOf, type Fleet } from './fleet.fixture.js';

whenPostgres('a line on each relay that matches', (serverUrl) => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await openFleet(serverUrl, 4)));
  afterAll(() => fleet[Symbol.asyncDispose]());
  const latest = async () => {
    const { body } = await fleet.world.call('GET', '/runs?limit=1');
    return (body as { runs: { id: string; expanded?: string; line: string }[] }).runs[0]!;
  };

  it('runs on all of them at once, and answers with a row for each and what they printed', async () => {
    const { id, order } = await fleet.said(`ops:name --on-each dc=fra`);
    const { runId } = await order(1);
    for (const n of [4, 3, 2, 1]) await fleet.ends(n, await order(n), `first\nI am fra-${n}\n`);
    const reply = await fleet.reply(id, 'succeeded');
    expect(rowsOf(reply)).toEqual([1, 2, 3, 4].map((n) => `fra-${n} succeeded 0 I am fra-${n}`));
    expect(reply.text).toContain(`all 4 relays succeeded, run ${runId}`);
    expect(reply.text).toContain('fra-3:\nfirst\nI am fra-3');
    expect(await fleet.run(runId)).toMatchObject({
      status: 'succeeded',
      exitCode: 0,
      selector: 'dc=fra',
      executions: [1, 2, 3, 4].map((n, item) => ({ relay: `fra-${n}`, item, status: 'succeeded' })),
    });
  });

  it('is found in the lists of runs and in the audit log by each of its relays', async () => {
    const { id, order } = await fleet.said('ops:name found --on-each dc=fra');
    for (const n of [1, 2, 3, 4]) await fleet.ends(n, await order(n), '');
    await fleet.reply(id, 'succeeded');
    const { runId } = await order(3);
    const runs = (await fleet.world.call('GET', '/runs?relay=fra-3')).body as unknown as {
      runs: { id: string }[];
    };
    expect(runs.runs[0]!.id).toBe(runId);
    const log = (await fleet.world.call('GET', '/audit/commands?relay=fra-3')).body as unknown as object;
    const [entry] = Object.values(log)[0] as object[];
    const executions = [1, 2, 3, 4].map((n) => ({ relay: `fra-${n}`, status: 'succeeded' }));
    expect(entry).toMatchObject({ id: runId, executions });
  });

  it('fails where one of them does, and again ID --failed runs on that one only', async () => {
    const { id, order } = await fleet.said(`ops:name web --on-each 'dc in (fra)'`);
    for (const n of [1, 2, 4]) await fleet.ends(n, await order(n), '');
    await fleet.ends(3, await order(3), 'no such service\n', 3);
    const reply = await fleet.reply(id, 'failed');
    const { runId } = await order(3);
    expect(rowsOf(reply)[2]).toBe('fra-3 failed 3 no such service');
    expect(reply.text).toContain(`3 of 4 relays succeeded and 1 did not`);
    expect(reply.text).toContain(`again ${runId} --failed`);
    expect(await fleet.run(runId)).toMatchObject({ status: 'failed', code: 'targets-failed' });

    const again = await fleet.said(`again ${runId} --failed`);
    const retried = await again.order(3);
    expect(retried.args).toEqual(['web']);
    await fleet.ends(3, retried, 'it is there now\n');
    expect(rowsOf(await fleet.reply(again.id, 'succeeded'))).toEqual(['fra-3 succeeded 0 it is there now']);
    expect([1, 2, 4].flatMap((n) => again.orders(n))).toEqual([]);
    expect((await latest()).expanded).toBe(`ops:name web --on-each dc=fra,name=fra-3`);

    const over = await fleet.said(`again ${retried.runId} --failed`);
    expect((await fleet.reply(over.id, 'refused')).text).toContain('succeeded on every relay');
    const plain = await fleet.said('ops:name --on name=fra-1');
    const { runId: alone } = await plain.order(1);
    const goesOn = await fleet.said(`again ${alone} --failed`);
    expect((await fleet.reply(goesOn.id, 'refused')).text).toContain('has no --on-each');
    await fleet.ends(1, await plain.order(1), 'x');
    await fleet.reply(plain.id, 'succeeded');
  });

  it('gives the stages behind it the records of those that did well, each with its relay', async () => {
    const { id, order } = await fleet.said('ops:list --on-each dc=fra | where n>1 | ops:all');
    await fleet.ends(1, await order(1), '{"n":1}\n');
    await fleet.ends(2, await order(2), '{"n":2,"relay":"mine"}\n{"n":3}\n');
    await fleet.ends(3, await order(3), '{"n":4}\n', 1);
    await fleet.ends(4, await order(4), '{"n":5}\n');
    const all = await until(() => fleet.relays.flatMap(({ orders }) => orders).find((one) => one.stdin));
    const records = [
      { relay: 'fra-2', n: 2 },
      { relay: 'fra-2', n: 3 },
      { relay: 'fra-4', n: 5 },
    ];
    expect(
      all
        .stdin!.trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(records);
    await fleet.ends(Number(all.relay.slice(-1)), all, 'the end');
    const { text } = await fleet.reply(id, 'failed');
    expect(text).toContain('the end');
    expect(text).toContain('ops:list: 1 of 4 relays did not succeed and is left out: fra-3');
  });

  it('gives each relay all that the stage before printed, and shows their records as one table', async () => {
    const { id, order } = await fleet.said('ops:list --on name=fra-1 | ops:all --on-each dc=fra --waves 1');
    await fleet.ends(1, await order(1), '{"n":1}\n{"n":2}\n');
    const before = fleet.relays[0]!.orders.length;
    const first = await until(() => fleet.relays[0]!.orders.slice(before).find(({ stdin }) => stdin));
    await fleet.ends(1, first, 'ok');
    for (const n of [2, 3, 4]) {
      const next = await until(() => fleet.relays[n - 1]!.orders.find((one) => one.runId === first.runId));
      expect(next.stdin).toBe('{"n":1}\n{"n":2}\n');
      await fleet.ends(n, next, 'ok');
    }
    await fleet.reply(id, 'succeeded');
    const listed = await fleet.said('ops:list --on-each name=fra-1,dc=fra');
    await fleet.ends(1, await listed.order(1), '{"n":7}\n');
    expect((await fleet.reply(listed.id, 'succeeded')).text).toMatch(/relay +fra-1\s+n +7/);
    const last = await fleet.said('last | where relay=fra-1');
    expect((await fleet.reply(last.id, 'succeeded')).text).toContain('7');
  });

  it('leaves out who takes no work or is kept out, and says so', async () => {
    await fleet.relays[3]!.heartbeat({ draining: true });
    const { id, order } = await fleet.said('ops:careful --on-each dc=fra');
    for (const n of [1, 3]) await fleet.ends(n, await order(n), '');
    const { text } = await fleet.reply(id, 'succeeded');
    expect(text).toMatch(/left out: fra-2 is kept out by a rule; fra-4 is draining since/);
    await fleet.relays[3]!.heartbeat();
    const none = await fleet.said('ops:name --on-each dc=mars');
    expect((await fleet.reply(none.id, 'refused')).text).toContain('no relay has dc=mars');
  });

  it.each([
    ['ops:list | ops:each $n --on-each dc=fra', 'once for each record'],
    ['ops:name --on-each dc=fra --on dc=fra', 'leave one of them out'],
    ['ops:name --waves 1', 'go with --on-each'],
    ['ops:name --on-each dc=fra --pause 3s', 'about waves'],
    ['ops:name --on-each dc=fra --waves 0', '--waves needs sizes'],
  ])('refuses %s', async (line, why) => {
    const { id } = await fleet.said(line);
    expect((await fleet.reply(id, 'refused')).text).toContain(why);
  });

  it('tells in simulate which relays in which waves', async () => {
    const line = 'ops:name --on-each dc=fra --waves 1,50% --max-failures 25% --pause 1m';
    const { body } = await fleet.world.call('POST', '/simulate', { line });
    const [stage] = (body as unknown as { stages: object[] }).stages;
    expect(stage).toMatchObject({
      fanOut: { targets: 4, waves: [1, 2, 1], maxFailures: 1, pauseMs: 60_000 },
      relays: [1, 2, 2, 3].map((wave, at) => ({ name: `fra-${at + 1}`, outcome: 'target', wave })),
    });
    const why = await fleet.said(`why ${line}`);
    const { text } = await fleet.reply(why.id, 'succeeded');
    expect(text).toContain('allowed: it would run on 4 relays');
    expect(text).toContain('3 waves of 1, 2 and 1 relays, 60 s apart; 1 may fail');
  });
});
