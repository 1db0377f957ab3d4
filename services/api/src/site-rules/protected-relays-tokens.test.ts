import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { person } from '../person.fixture.js';

whenPostgres('a protected relay', (serverUrl) => {
  let world: ApiWorld;
  /** Manages relays, and may put no protected tag on them. */
  let manager: string;
  /** May also put env=prod on them. */
  let tagger: string;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    for (const [name, tags] of Object.entries({
      prod: ['env=prod', 'dc=fra'],
      both: ['env=prod', 'team=blue'],
      dev: ['dc=fra'],
      safe: [],
    }))
      await world.call('POST', '/relays', { name, tags });
    for (const selector of ['env=prod', 'name in (safe,vault)'])
      await world.call('POST', '/protected-relays', { selector });
    await world.call('POST', '/protected-tags', { tag: 'team' });
    manager = await person(world, 'mia', ['chasqui:manage-relays', 'chasqui:read-relays', 'relay:use']);
    tagger = await person(world, 'tom', ['chasqui:manage-relays', 'relay:tag?relay=env%3Dprod']);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const takes = (method: string, path: string, token: string, body?: object) =>
    world.call(method, `/relays${path}`, body, token);
  const refused = (relay: string, by: string) => ({
    status: 403,
    body: {
      error: {
        code: 'protected-relay',
        message: expect.stringContaining(`${relay} is protected by ${by}, so that it takes relay:tag`),
        facts: { relay, by, permission: 'relay:tag' },
      },
    },
  });

  it('gives no token to, and is taken away by, nobody who may not put its tags on a relay', async () => {
    for (const [method, path] of [
      ['POST', '/prod/rotate'],
      ['POST', '/prod/revoke'],
      ['DELETE', '/prod'],
    ] as const)
      expect(await takes(method, path, manager, method === 'POST' ? {} : undefined)).toMatchObject(
        refused('prod', 'env=prod'),
      );
    expect((await world.call('GET', '/relays/prod')).body).toMatchObject({
      tokens: [{ createdAt: expect.any(String) }],
    });
    expect((await takes('POST', '/prod/rotate', tagger, {})).body).toHaveProperty('token');
    // One that has another protected tag besides takes both.
    expect(await takes('POST', '/both/rotate', tagger, {})).toMatchObject(refused('both', 'team=blue'));
    expect((await takes('POST', '/dev/rotate', manager, {})).status).toBe(200);
  });

  it('is so by its name, too, also before there is one of that name', async () => {
    expect(await takes('DELETE', '/safe', tagger)).toMatchObject(refused('safe', 'name in (safe,vault)'));
    expect(await takes('POST', '', tagger, { name: 'vault' })).toMatchObject(
      refused('vault', 'name in (safe,vault)'),
    );
    expect((await world.call('DELETE', '/relays/safe')).status).toBe(204);
  });

  it('is drained, paused and disabled by whoever manages relays: that gives nobody anything', async () => {
    for (const change of ['drain', 'pause', 'resume', 'disable', 'enable'])
      expect((await takes('POST', `/prod/${change}`, manager, {})).status).toBe(200);
  });

  it('has refusals in the audit log', async () => {
    await takes('POST', '/both/revoke', manager, {});
    const denied = await until(async () => {
      const { body } = await world.call('GET', '/audit/actions?user=mia&result=denied&limit=1');
      return (body as unknown as { actions: object[] }).actions[0];
    });
    expect(denied).toMatchObject({
      action: 'relays.revoke',
      resource: { kind: 'relay', name: 'both' },
      statusCode: 403,
    });
  });
});
