import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, type ApiWorld } from '../api-world.fixture.js';

const bundle = `
chasqui_bundle_version: 1
name: ml
version: 1.0.0
description: For asking about
image: ml:1.0.0
platform: linux/arm64
commands:
  train: { description: Trains, relay: gpu, rules: [allow] }
`;

whenPostgres('which relays a selector matches', (serverUrl) => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    const fra = await world.relay('fra-1', ['dc=fra', 'gpu']);
    await fra.heartbeat({ drivers: ['docker'], platforms: ['linux/arm64'] });
    const other = await world.relay('fra-2', ['dc=fra', 'gpu']);
    await other.heartbeat({ drivers: ['docker'] });
    await world.relay('ams-1', ['dc=ams']);
    await world.call('POST', '/relays', { name: 'new-1', tags: ['dc=fra'] });
    await world.call('POST', '/bundles', { source: bundle, enable: true });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const match = (query: string) => world.call('GET', `/relay-matches?${query}`);

  it('is told with whether they would take work', async () => {
    expect(await match('selector=dc+in+(fra)')).toMatchObject({
      status: 200,
      body: {
        selector: 'dc=fra',
        relays: [
          { name: 'fra-1', outcome: 'takes-work', slots: 8 },
          { name: 'fra-2', outcome: 'takes-work' },
          { name: 'new-1', outcome: 'unavailable', state: 'never-seen' },
          { name: 'ams-1', outcome: 'no-match', fails: ['dc=fra'] },
        ],
      },
    });
  });

  it('is told for a command, with what that asks for', async () => {
    expect((await match('selector=dc%3Dfra&command=ml:train')).body).toMatchObject({
      selector: 'dc=fra,gpu',
      command: 'ml:train',
      relays: [
        { name: 'fra-1', outcome: 'takes-work' },
        { name: 'fra-2', outcome: 'no-platform', platforms: ['linux/amd64'] },
        { name: 'ams-1', outcome: 'no-match', fails: ['gpu', 'dc=fra'] },
        { name: 'new-1', outcome: 'no-match', fails: ['gpu'] },
      ],
    });
    const { body } = await world.call('POST', '/simulate', { line: 'ml:train --on name=fra-2' });
    expect(body.refusal.message).toBe(
      'no relay with gpu,name=fra-2 can run this now: fra-2 runs linux/amd64, and this is made for linux/arm64',
    );
  });

  it('cannot be told of what is no selector or no command', async () => {
    expect(await match('selector=dc%3D%24')).toMatchObject({
      status: 422,
      body: { error: { code: 'bad-selector', facts: { position: 3 } } },
    });
    expect(await match('command=ml:trane')).toMatchObject({
      status: 404,
      body: { error: { code: 'no-such-command' } },
    });
  });
});
