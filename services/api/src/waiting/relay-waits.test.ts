import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RelayBoard } from '../relays/board.service.js';
import { ordersOf, until, waitingWorld, type WaitingWorld } from './waiting-world.fixture.js';

whenPostgres('waiting for a relay', (serverUrl) => {
  let world: WaitingWorld;
  let fra: Awaited<ReturnType<WaitingWorld['relay']>>;
  beforeAll(async () => {
    world = await waitingWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const replyTo = async (line: string, sender = 'admin') => {
    const runId = await world.runOf(line, sender);
    return until(() => world.replies.find((reply) => reply.runId === runId && reply.mark !== 'running'));
  };
  const ordered = (relay: typeof fra, runId: string) => until(() => ordersOf(relay.orders, runId)[0]);

  it('is refused at once where nobody said that it may wait', async () => {
    expect((await replyTo('ops:build --on dc=none')).text).toContain('no relay has dc=none');
  });

  it('says what is waited for and how long, and runs it as soon as one comes', async () => {
    const first = await world.runOf('ops:build --on dc=ams --wait 1h');
    const second = await world.runOf('try:it now --on dc=ams --wait 1h');
    expect((await world.saidOf(first, 'waiting')).text).toMatch(
      /^waiting for a relay: no relay .*dc=ams.*\. it is next; given up at .*\d\d:\d\d UTC\. to stop waiting: cancel\. run /,
    );
    expect((await world.saidOf(second, 'waiting')).text).toContain('1 other before it');
    expect(await world.run(first)).toMatchObject({
      status: 'accepted',
      selector: 'dc=ams',
      executions: [{ status: 'waiting', waits: { for: 'relay', key: 'dc=ams', position: 1 } }],
    });
    const ams = await world.relay('ams-1', ['dc=ams']);
    await ams.finish(await ordered(ams, first));
    await ams.finish(await ordered(ams, second));
    for (const id of [first, second]) await world.stands(id, 'succeeded');
    expect(await world.run(first)).toMatchObject({ relay: 'ams-1', executions: [{ relay: 'ams-1' }] });
    expect((await world.told(second)).text).toBe('done');
    expect(ordersOf(fra.orders, first)).toEqual([]);
  });

  it('waits by itself where its bundle says so', async () => {
    const run = await world.runOf('ops:patient --on dc=sin');
    await world.saidOf(run, 'waiting for a relay');
    const sin = await world.relay('sin-1', ['dc=sin']);
    await sin.finish(await ordered(sin, run));
    await world.stands(run, 'succeeded');
  });

  it('gives up with what came nearest', async () => {
    const run = await world.runOf('ops:build --on dc=fra,gpu --wait 300ms');
    expect((await world.saidOf(run, 'not run')).text).toMatch(
      /^not run: it waited 300 ms for a relay, and none came\. no relay has dc=fra,gpu: 1 relay has dc=fra, none of them gpu\. send it again/,
    );
    expect(await world.run(run)).toMatchObject({ status: 'expired', code: 'waited-for-relay' });
  });

  it('ends at once where it is cancelled', async () => {
    const run = await world.runOf('ops:build --on dc=nowhere --wait 1h');
    await world.saidOf(run, 'waiting');
    expect((await world.call('POST', `/runs/${run}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    expect((await world.saidOf(run, 'cancelled by admin')).text).toContain('it did nothing');
  });

  it('asks anew what may be done when the relay comes', async () => {
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    await world.call('POST', '/roles', { name: 'special' });
    await world.call('PUT', '/roles/special/permissions/ops:special');
    await world.call('POST', '/groups', { name: 'special' });
    await world.call('PUT', '/groups/special/roles/special');
    await world.call('PUT', '/groups/special/members/ann');
    const run = await world.runOf('ops:special --on dc=lon --wait 1h', 'ann');
    await world.saidOf(run, 'waiting');
    await world.call('DELETE', '/groups/special/members/ann');
    const lon = await world.relay('lon-1', ['dc=lon']);
    await world.stands(run, 'refused');
    expect((await world.told(run)).text).toContain('ops:special');
    expect(lon.orders).toEqual([]);
  });

  it('lets a later stage wait whose relay went away meanwhile', async () => {
    await world.relay('par-1', ['dc=par']);
    const run = await world.runOf('ops:list --on dc=fra | ops:each $n --on dc=par --wait 1h');
    const order = await ordered(fra, run);
    await world.call('POST', '/relays/par-1/revoke');
    for (const instance of [world.api, world.second])
      await until(() => instance.get(RelayBoard).get('par-1')?.revokedAt !== undefined);
    const text = '{"n":1}\n{"n":2}\n';
    await fra.finish(order, { chunks: [{ seq: 0, stream: 'stdout', text }], outputBytes: text.length });
    await world.saidOf(run, 'waiting for a relay');
    const other = await world.relay('par-2', ['dc=par']);
    for (const at of [0, 1]) await other.finish(await until(() => ordersOf(other.orders, run)[at]));
    await world.stands(run, 'succeeded');
  });
});
