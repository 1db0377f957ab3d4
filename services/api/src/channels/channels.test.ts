import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const bundle = `
chasqui_bundle_version: 1
name: ml
version: 1.0.0
description: For trying channels
relay: gpu
commands:
  train: { description: Trains, executable: [/bin/echo], relay: 'mem!=small', rules: [allow] }
`;

whenPostgres('the selector of a channel', (serverUrl) => {
  let world: ApiWorld;
  const relays = new Map<string, Awaited<ReturnType<ApiWorld['relay']>>>();
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    for (const [name, tags] of [
      ['fra-1', ['dc=fra', 'gpu']],
      ['fra-2', ['dc=fra', 'gpu', 'mem=small']],
      ['ams-1', ['dc=ams', 'gpu']],
    ] as const)
      relays.set(name, await world.relay(name, [...tags]));
    await world.call('POST', '/bundles', { source: bundle, enable: true });
    await world.call('PUT', '/users/admin/identities/terminal', { id: 'admin' });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const why = async (line: string, room = 'ops') =>
    (await world.call('POST', '/simulate', { line, adapter: 'terminal', room })).body;

  it('holds with those of the bundle, the command and the person', async () => {
    expect(await world.call('PUT', '/channels/terminal%2Fops', { selector: 'dc in (fra)' })).toMatchObject({
      status: 200,
      body: { channel: 'terminal/ops', selector: 'dc=fra', setBy: 'admin' },
    });
    expect((await why('ml:train')).stages[0]).toMatchObject({
      relay: 'fra-1',
      selector: 'dc=fra,gpu,mem!=small',
      selectors: [
        { selector: 'gpu', from: 'bundle' },
        { selector: 'mem!=small', from: 'command' },
        { selector: 'dc=fra', from: 'channel' },
      ],
      relays: [
        { name: 'fra-1', outcome: 'chosen' },
        { name: 'ams-1', outcome: 'no-match', fails: ['dc=fra'] },
        { name: 'fra-2', outcome: 'no-match', fails: ['mem!=small'] },
      ],
    });
    expect((await why('ml:train --on dc=ams')).refusal.message).toMatch(
      /^no relay has dc=ams,dc=fra,gpu,mem!=small: .*; ams-1 has all but dc=fra, which its channel asks for; /,
    );
    expect((await why('ml:train --on dc=ams', 'dev')).stages[0]).toMatchObject({ relay: 'ams-1' });
  });

  it('counts for what is said there, and stands in the run', async () => {
    await world.say('ml:train', { room: 'ops' });
    const fra = relays.get('fra-1')!;
    await fra.finish(await fra.order());
    const rows = await until(async () => {
      const found = await world.dataSource.query('select selector from runs where selector is not null');
      return found.length > 0 && found;
    });
    expect(rows).toEqual([{ selector: 'dc=fra,gpu,mem!=small' }]);
  });

  it('is listed and taken away', async () => {
    expect((await world.call('GET', '/channels')).body.channels).toMatchObject([{ channel: 'terminal/ops' }]);
    expect((await world.call('DELETE', '/channels/terminal%2Fops')).status).toBe(204);
    expect((await world.call('DELETE', '/channels/terminal%2Fops')).status).toBe(404);
    expect((await world.call('GET', '/channels')).body.channels).toEqual([]);
  });

  it.each([
    [422, 'bad-selector', 'dc=$'],
    [422, 'bad-selector', ' '],
    [400, 'bad-request', ''],
  ])('answers %i %s to %j', async (status, code, selector) => {
    expect(await world.call('PUT', '/channels/terminal%2Fops', { selector })).toMatchObject({
      status,
      body: { error: { code } },
    });
  });
});
