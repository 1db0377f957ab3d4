import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import { person } from '../person.fixture.js';

whenPostgres('protected tags', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  /** Manages relays, and may put no protected tag on them. */
  let manager: string;
  /** May also put env=staging on them. */
  let tagger: string;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
    manager = await person(world, 'mia', ['chasqui:manage-relays', 'chasqui:read-relays']);
    tagger = await person(world, 'tom', ['chasqui:manage-relays', 'relay:tag?relay=env%3Dstaging']);
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const { tag } of (await world.call('GET', '/protected-tags')).body.protected)
      await world.call('DELETE', `/protected-tags/${encodeURIComponent(tag)}`);
    for (const { selector } of (await world.call('GET', '/protected-relays')).body.protected)
      await world.call('DELETE', `/protected-relays/${encodeURIComponent(selector)}`);
    await fra.heartbeat();
    await retag({ remove: ['env=prod', 'env=staging', 'env=dev', 'team=blue'] });
  });

  const protect = (tag: string) => world.call('POST', '/protected-tags', { tag });
  const retag = (change: object, token?: string) => world.call('POST', '/relays/fra-1/tags', change, token);
  const refused = { status: 403, body: { error: { code: 'protected-tag' } } };
  const told = async (line: string) =>
    (await world.call('POST', '/runs', { line })).body.reply?.text as string;

  it('are put on a relay and taken away by those alone who have relay:tag for them', async () => {
    expect((await retag({ add: ['env=prod'] }, manager)).status).toBe(200);
    await protect('env');
    expect(await retag({ add: ['env=staging'] }, manager)).toMatchObject({
      ...refused,
      body: {
        error: {
          message: expect.stringContaining('env=staging: protected'),
          facts: { tags: ['env=staging'], permission: 'relay:tag' },
        },
      },
    });
    // Taking one away opens what it keeps.
    expect(await retag({ remove: ['env=prod'] }, manager)).toMatchObject(refused);
    expect(await retag({ add: ['env=prod', 'team=blue'] }, manager)).toMatchObject({ status: 200 });
    expect(await retag({ add: ['env=staging'] }, tagger)).toMatchObject({
      status: 200,
      body: { tags: ['dc=fra', 'env=prod', 'env=staging', 'team=blue'] },
    });
    expect(await retag({ remove: ['env=prod'] }, tagger)).toMatchObject(refused);
    expect(await retag({ add: ['env=prod'] }, tagger)).toMatchObject({ status: 200 });
  });

  it('are not given with a new relay either', async () => {
    await protect('env=prod');
    const create = (name: string, tags: string[], token: string) =>
      world.call('POST', '/relays', { name, tags }, token);
    expect(await create('lon-1', ['env=prod'], manager)).toMatchObject(refused);
    expect((await world.call('GET', '/relays/lon-1')).status).toBe(404);
    expect((await create('lon-1', ['env=dev'], manager)).status).toBe(201);
  });

  it('count for nothing where a relay says them of itself, and that is shown', async () => {
    await fra.heartbeat({ tags: ['env=prod', 'rack=7'] });
    await fra.finish(await ordered('try:it --on env=prod'));
    expect(await protect('env=prod')).toMatchObject({
      status: 201,
      body: { tag: 'env=prod', relays: [], refusedFor: ['fra-1'], protectedBy: 'admin' },
    });
    expect(await told('try:it --on env=prod')).toContain('no relay has env=prod');
    expect((await world.call('GET', '/relays/fra-1', undefined, manager)).body).toMatchObject({
      tags: ['dc=fra', 'rack=7'],
      refusedTags: ['env=prod'],
    });
    expect((await retag({ add: ['env=prod'] })).body).not.toHaveProperty('refusedTags');
    await fra.finish(await ordered('try:it --on env=prod'));
  });

  it('are also those of which a protected selector speaks', async () => {
    await world.call('POST', '/protected-relays', { selector: 'env=prod' });
    expect(await retag({ add: ['env=dev'] }, manager)).toMatchObject(refused);
    expect((await retag({ add: ['team=blue'] }, manager)).status).toBe(200);
  });

  it('are listed, and are each protected once', async () => {
    await protect('gpu=');
    expect((await protect('gpu')).status).toBe(409);
    expect((await world.call('GET', '/protected-tags')).body.protected).toMatchObject([{ tag: 'gpu' }]);
    expect((await world.call('DELETE', '/protected-tags/gpu')).status).toBe(204);
    expect((await world.call('DELETE', '/protected-tags/gpu')).status).toBe(404);
    expect((await protect('no tag')).status).toBe(400);
    expect((await world.call('POST', '/protected-tags', { tag: 'gpu' }, manager)).status).toBe(403);
  });

  async function ordered(line: string) {
    const at = fra.orders.length;
    await world.call('POST', '/runs', { line });
    return until(() => fra.orders[at]);
  }
});
