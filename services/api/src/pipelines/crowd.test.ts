import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCrowd, type Crowd } from './crowd.fixture.js';

const count = 300;

whenPostgres('a line on hundreds of relays', (serverUrl) => {
  let crowd: Crowd;
  beforeAll(async () => void (crowd = await openCrowd(serverUrl, count)));
  afterAll(() => crowd[Symbol.asyncDispose]());

  it('is answered in one message of a size that chats take, and told whole where it is asked for', async () => {
    const said = await crowd.said('ops:name --on-each dc=sim');
    const orders = await said.orders(count);
    for (const order of orders) await crowd.ends(order, `hello\nI am ${order.relay}\n`);
    const reply = await said.reply('succeeded');
    expect(reply.text).toContain('all 300 relays succeeded');
    expect(reply.text).toContain('… and 250 more: chasqui runs show');
    expect(JSON.stringify(reply).length).toBeLessThan(20_000);
    // Told at its beginning, some few times on its way, and at its end.
    expect(crowd.world.replies.filter((one) => one.inReplyTo === said.id).length).toBeLessThan(20);

    const { runId } = orders[0]!;
    const whole = (await crowd.world.call('GET', `/runs/${runId}`)).body as unknown as Told;
    expect(whole).toMatchObject({ relay: 'sim-0001', relayCount: count, executionCount: count });
    expect(whole.relays).toEqual(crowd.names);
    expect(whole.executions.map(({ relay }) => relay)).toEqual(crowd.names);
    const listed = (await crowd.world.call('GET', '/runs?relay=sim-0200')).body as unknown as {
      runs: Told[];
    };
    const [inList] = listed.runs;
    expect(inList).toMatchObject({ id: runId, relayCount: count, executionCount: count });
    expect([inList!.relays, inList!.executions.map(({ relay }) => relay)]).toEqual([
      crowd.names.slice(0, 50),
      crowd.names.slice(0, 50),
    ]);
  });

  it('goes wave by wave, and again --failed runs on all the others', async () => {
    const said = await crowd.said('ops:facts --on-each dc=sim --waves 1,50% --max-failures 100%');
    const [canary] = await said.orders(1);
    await crowd.ends(canary!, '{"n": 1}\n');
    const half = (await said.orders(151)).slice(1);
    await Promise.all(half.map((order) => crowd.ends(order, 'no such service\n', 3)));
    const rest = (await said.orders(count)).slice(151);
    for (const order of rest) await crowd.ends(order, '{"n": 1}\n');
    const reply = await said.reply('failed');
    expect(reply.text).toContain('150 of 300 relays succeeded and 150 did not');
    // Those that went wrong come first.
    expect(reply.text).toMatch(/sim-0002 +failed/);
    expect(reply.text).not.toMatch(/sim-0001 +succeeded/);

    const again = await crowd.said(`again ${canary!.runId} --failed`);
    const retried = await again.orders(1);
    await crowd.ends(retried[0]!, '{"n": 1}\n');
    const second = (await again.orders(76)).slice(1);
    await Promise.all(second.map((order) => crowd.ends(order, '{"n": 1}\n')));
    const third = (await again.orders(150)).slice(76);
    await Promise.all(third.map((order) => crowd.ends(order, '{"n": 1}\n')));
    expect((await again.reply('succeeded')).text).toContain('all 150 relays succeeded');
    expect(new Set([...retried, ...second, ...third].map(({ relay }) => relay))).toEqual(
      new Set(half.map(({ relay }) => relay)),
    );
    const log = await crowd.said('logs 1 relay=sim-0100');
    expect((await log.reply('succeeded')).text).toContain('150 relays');
  });

  it('is cancelled on all of them', async () => {
    const said = await crowd.said('ops:name --on-each dc=sim --waves 100');
    const [first] = await said.orders(100);
    const { body } = await crowd.world.call('POST', `/runs/${first!.runId}/cancel`, {});
    expect(body).toMatchObject({ state: 'requested' });
    for (const order of await said.orders(100)) await crowd.ends(order, '');
    const { text } = await said.reply('cancelled');
    expect(text).toContain('100 of 300 relays succeeded and 200 were not started. admin cancelled it');
  });
});

interface Told {
  readonly id: string;
  readonly relays: readonly string[];
  readonly executions: readonly { readonly relay: string }[];
}
