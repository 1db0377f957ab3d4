import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const gpu = `
chasqui_bundle_version: 1
name: ml
version: 1.0.0
description: For trying relays
commands:
  train: { description: Trains, executable: [/bin/echo], relay: gpu, rules: [allow] }
  each: { description: One by one, input: each, executable: [/bin/echo], rules: [allow] }
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('a relay’s life', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  let ams: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
    ams = await world.relay('ams-1', ['dc=ams']);
    await world.call('POST', '/bundles', { source: gpu, enable: true });
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(async () => {
    await world.call('POST', '/relays/fra-1/resume');
    await fra.heartbeat();
    await ams.heartbeat();
  });

  const change = async (what: string, body?: object) =>
    (await world.call('POST', `/relays/fra-1/${what}`, body)).body;
  const shown = async () => (await world.call('GET', '/relays/fra-1')).body;
  const told = async (line: string) =>
    (await world.call('POST', '/runs', { line })).body.reply?.text as string;

  describe('drained', () => {
    it('is given nothing new, and says so with its note wherever it is missed', async () => {
      const note = 'kernel update until 14:00';
      expect(await change('drain', { note })).toMatchObject({
        state: 'draining',
        drain: { note, since: expect.any(String) },
      });
      expect(await told('try:it --on dc=fra')).toMatch(
        /^no relay that is up has dc=fra: fra-1 has it and is draining since .* UTC \(kernel update until 14:00\)$/,
      );
      const { body } = await world.call('POST', '/simulate', { line: 'try:it --on dc=fra' });
      expect(body.stages[0].relays[0]).toMatchObject({ outcome: 'unavailable', state: 'draining', note });
      const ordered = ams.orders.length;
      await world.call('POST', '/runs', { line: 'try:it' });
      await ams.finish(await ams.order(ordered));
      expect(fra.orders).toEqual([]);
    });

    it('finishes what it has, and says when it is empty', async () => {
      await world.call('POST', '/runs', { line: 'try:it --on dc=fra' });
      const order = await fra.order();
      await fra.heartbeat({ inFlight: 1 });
      expect(await change('drain', {})).toMatchObject({ unfinished: 1, inFlight: 1, state: 'draining' });
      // A heartbeat that was sent before the order came is not believed alone.
      await fra.heartbeat({ inFlight: 0 });
      expect((await shown()).drain).not.toHaveProperty('emptySince');
      await fra.finish(order);
      await until(async () => (await shown()).unfinished === 0);
      await fra.heartbeat({ inFlight: 0 });
      const { emptySince } = (await until(async () => {
        const { drain } = await shown();
        return drain.emptySince !== undefined && drain;
      })) as { emptySince: string };
      // Asked again, it is still empty since then.
      expect(await change('drain', { note: 'longer' })).toMatchObject({
        drain: { emptySince, note: 'longer' },
      });
    });

    it('takes work again once it is resumed', async () => {
      await change('drain', { note: 'x' });
      const resumed = await change('resume');
      expect(resumed.state).toBe('online');
      expect(resumed).not.toHaveProperty('drain');
      const ordered = fra.orders.length;
      await world.call('POST', '/runs', { line: 'try:it --on dc=fra' });
      await fra.finish(await fra.order(ordered));
    });
  });

  it('is given nothing new while it is paused', async () => {
    expect(await change('pause', { note: 'looking at it' })).toMatchObject({
      state: 'paused',
      pause: { note: 'looking at it' },
    });
    expect(await told('try:it --on dc=fra')).toMatch(
      /fra-1 has it and is paused since .* \(looking at it\)$/,
    );
    expect(await change('drain', {})).toMatchObject({ state: 'draining', pause: { note: 'looking at it' } });
    expect((await change('resume')).state).toBe('online');
  });

  it.each([
    [400, 'drain', { note: 'two\nlines' }],
    [400, 'pause', { note: '' }],
    [400, 'pause', { why: 'x' }],
    [200, 'tags', {}],
    [400, 'tags', { add: ['name=x'] }],
  ])('answers %i to %s with %j', async (status, what, body) => {
    expect((await world.call('POST', `/relays/fra-1/${what}`, body)).status).toBe(status);
  });

  it.each(['drain', 'pause', 'resume'])('that is not there cannot be asked to %s', async (what) => {
    expect(
      await world.call('POST', `/relays/lon-1/${what}`, what === 'resume' ? undefined : {}),
    ).toMatchObject({
      status: 404,
      body: { error: { code: 'no-such-relay' } },
    });
  });

  it('has other tags from the next line on', async () => {
    expect(await told('ml:train')).toContain('no relay has gpu');
    expect(await change('tags', { add: ['gpu', 'dc=fra'], remove: ['old'] })).toMatchObject({
      tags: ['dc=fra', 'gpu'],
    });
    const ordered = fra.orders.length;
    await world.call('POST', '/runs', { line: 'ml:train' });
    await fra.finish(await fra.order(ordered));
    expect(await change('tags', { remove: ['gpu'] })).toMatchObject({ tags: ['dc=fra'] });
    expect(await told('ml:train')).toContain('no relay has gpu');
  });

  it('is taken where it has a free slot, and still queues where none has', async () => {
    await fra.heartbeat({ inFlight: 2, slots: 2 });
    await ams.heartbeat({ inFlight: 3, slots: 4 });
    const relayOf = async () =>
      (await world.call('POST', '/simulate', { line: 'try:it' })).body.stages[0].relay;
    expect(await relayOf()).toBe('ams-1');
    await ams.heartbeat({ inFlight: 16, slots: 4 });
    expect(await relayOf()).toBe('fra-1');
  });

  it('says what it runs, how its clock is and which images it ran', async () => {
    const images = [`sha256:${'a'.repeat(64)}`];
    await fra.heartbeat({ clockOffsetMs: -3200, images, platforms: ['linux/arm64'] });
    expect(await shown()).toMatchObject({ clockOffsetMs: -3200, images, enginePlatforms: ['linux/arm64'] });
  });

  it('is shown in the audit log as it was before and is after', async () => {
    await change('drain', { note: 'kernel update' });
    const { body } = await world.call('GET', '/audit/actions?kind=relay&name=fra-1');
    // What was refused before is written a moment later, and may stand above it.
    const actions: { action: string }[] = body.actions;
    expect(actions.find(({ action }) => action === 'relays.drain')).toMatchObject({
      before: { drainAt: null, drainNote: null },
      after: { drainNote: 'kernel update' },
    });
  });
});
