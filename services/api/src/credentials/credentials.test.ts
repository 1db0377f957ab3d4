import { topics, type DeadLetter } from '@chasqui/contracts';
import { keysOf, readRelayToken, seal, type RelayKeys } from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { outgoing } from '@chasqui/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, configWith, until, type ApiWorld } from '../api-world.fixture.js';
import { newId } from '../ids.js';
import { RelayBoard } from '../relays/board.service.js';
import { Relays } from '../relays/relays.service.js';
import { startApi, type RunningApi } from '../start-api.js';

whenPostgres('the tokens of relays', (serverUrl) => {
  let world: ApiWorld;
  let log = '';
  const letters: DeadLetter[] = [];
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.transport.subscribe(
      { topic: topics.deadLetters, group: 'test' },
      async (_, letter) => void letters.push(letter),
    );
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Another API on the same database, which hears nothing by itself: what it knows it has from the database. */
  const another = (): Promise<RunningApi> => {
    const destination = { write: (line: string) => void (log += line) };
    const logger = createLogger({ service: 'api', level: 'warn', destination });
    const { dataSource, transport } = world;
    const metrics = async () => ({ contentType: 'text/plain', text: '' });
    return startApi({ config: configWith(), dataSource, transport, logger, metrics }, { listen: false });
  };
  const keysIn = (token: string) => keysOf(readRelayToken(token)!.relay, readRelayToken(token)!.secret);
  const beats = async (name: string, keys: RelayKeys, at = Date.now()) => {
    const beat = {
      kind: 'heartbeat',
      relay: name,
      instance: 'i',
      version: '0',
      startedAt: 0,
      sentAt: at,
      at,
      tags: [],
      drivers: ['process'],
      platform: 'linux/amd64',
      inFlight: 0,
      slots: 8,
      draining: false,
    };
    const sealed = seal(beat, name, 'from-relay', keys.reports);
    await world.transport.publish(outgoing(topics.relayHeartbeats, {}, name, sealed));
  };
  const told = async (name: string) => (await world.call('GET', `/relays/${name}`)).body;

  it('are exchanged while both work, and orders go out under the one that the relay has', async () => {
    const fra = await world.relay('fra-1', ['dc=fra']);
    const made = await world.call('POST', '/relays/fra-1/rotate', { overlap: '1h' });
    expect(made).toMatchObject({
      status: 200,
      body: { token: expect.stringMatching(/^chq-relay\.fra-1\./) },
    });
    expect(made.body.relay.tokens).toMatchObject([
      { inUse: false },
      { inUse: true, until: expect.any(String), usedSince: expect.any(String) },
    ]);
    // The relay has the old one still: it opens this order, or the test would not see it.
    await world.say('try:it --on dc=fra');
    await fra.order(0);
    const fresh = await keysIn(made.body.token);
    await beats('fra-1', fresh);
    await until(async () => (await told('fra-1')).tokens[0].inUse);
    expect((await told('fra-1')).tokens).toMatchObject([{ usedSince: expect.any(String) }, { inUse: false }]);
    expect(world.api.get(RelayBoard).keysFor('fra-1', Date.now())).toBeDefined();
    // A report of before is still believed.
    await fra.finish(fra.orders[0]!);
    const run = () => world.call('GET', `/runs/${fra.orders[0]!.runId}`);
    await until(async () => (await run()).body.status === 'succeeded');
    await world.call('DELETE', '/relays/fra-1');
  });

  it('stop when their overlap is over', async () => {
    const fra = await world.relay('fra-2');
    const { body } = await world.call('POST', '/relays/fra-2/rotate', { overlap: '0s' });
    const seenAt = (await told('fra-2')).lastSeenAt;
    await beats('fra-2', await keysIn(fra.token), Date.now() + 5);
    await until(async () => (await told('fra-2')).rejectedAt);
    expect(await told('fra-2')).toMatchObject({ lastSeenAt: seenAt, tokens: [{ inUse: false }] });
    await beats('fra-2', await keysIn(body.token), Date.now() + 10);
    await until(async () => (await told('fra-2')).lastSeenAt !== seenAt);
  });

  it('are revoked on every instance within seconds: no report, no order, and what ran is lost and says so', async () => {
    const other = await another();
    const ams = await world.relay('ams-1', ['dc=ams']);
    await until(() => other.get(RelayBoard).get('ams-1')?.lastSeenAt);
    const id = await world.say('try:it --on dc=ams');
    const order = await ams.order(0);
    await ams.report(order, { kind: 'started' });
    const run = () => world.call('GET', `/runs/${order.runId}`);
    await until(async () => (await run()).body.status === 'running');

    expect(await world.call('POST', '/relays/ams-1/revoke')).toMatchObject({
      body: { state: 'revoked', tokens: [] },
    });
    const revokedAt = Date.now();
    const lost = await until(() => world.replies.find((r) => r.inReplyTo === id && r.mark === 'lost'));
    expect(lost.text).toContain('ams-1 was revoked, and nothing it says counts any more');
    expect((await run()).body).toMatchObject({ status: 'lost', code: 'relay-revoked' });
    await until(() => other.get(RelayBoard).ringOf('ams-1') === undefined);
    expect(Date.now() - revokedAt).toBeLessThan(3_000);

    // Whoever has the token says what he likes, to whichever instance.
    await ams.finish(order);
    await ams.finish(order);
    await until(
      () => letters.filter((one) => one.key === order.executionId && one.detail === 'revoked').length === 2,
    );
    expect((await run()).body.status).toBe('lost');
    await world.say('try:it --on dc=ams');
    await until(() => world.replies.some(({ text }) => text.includes('no relay has dc=ams')));
    expect(ams.orders).toHaveLength(1);
    await other.stop();
  });

  it('that were revoked do not come back, and neither does the name by itself', async () => {
    const ams = await world.relay('ams-2');
    await world.call('POST', '/relays/ams-2/revoke');
    expect(await world.call('POST', '/relays/ams-2/revoke')).toMatchObject({ status: 409 });
    expect(await world.call('POST', '/relays/ams-2/rotate', {})).toMatchObject({
      body: { error: { code: 'relay-revoked' } },
    });
    expect(await world.call('POST', '/relays', { name: 'ams-2' })).toMatchObject({
      status: 409,
      body: { error: { code: 'relay-revoked' } },
    });
    expect(await world.api.get(Relays).enrol(ams.token, [])).toBe('revoked');
    await world.call('DELETE', '/relays/ams-2');
    // The list of those to enrol may still hold the token that was stolen.
    expect(await world.api.get(Relays).enrol(ams.token, [])).toBe('revoked');
    expect(await world.call('POST', '/relays', { name: 'ams-2' })).toMatchObject({ status: 201 });
  });

  it('stay where a relay is disabled: it is given nothing new, and what it has in hand ends', async () => {
    const lon = await world.relay('lon-1', ['dc=lon']);
    await world.say('try:it --on dc=lon');
    const order = await lon.order(0);
    expect(await world.call('POST', '/relays/lon-1/disable')).toMatchObject({ body: { state: 'disabled' } });
    await world.say('try:it --on dc=lon');
    await until(() => world.replies.some(({ text }) => text.includes('lon-1 has it and is switched off')));
    await lon.finish(order);
    const run = () => world.call('GET', `/runs/${order.runId}`);
    await until(async () => (await run()).body.status === 'succeeded');
    expect(await world.call('POST', '/relays/lon-1/enable')).toMatchObject({ body: { state: 'online' } });
    await world.say('try:it --on dc=lon', { id: newId() });
    await lon.order(1);
  });

  it('stand nowhere in the clear', async () => {
    const { body } = await world.call('POST', '/relays', { name: 'par-1' });
    const secret = readRelayToken(body.token)!.secret;
    const tables = await world.dataSource.query(
      `select (select jsonb_agg(c) from credentials c)::text || (select jsonb_agg(r) from relays r)::text as all_of_it`,
    );
    for (const form of ['hex', 'base64', 'base64url'] as const)
      expect(tables[0].all_of_it).not.toContain(secret.toString(form));
    expect(log).not.toContain(secret.toString('base64url'));
  });
});
