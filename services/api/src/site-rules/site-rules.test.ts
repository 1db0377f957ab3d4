import { MemoryTransport } from '@chasqui/transport';
import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, configWith, until, type ApiWorld } from '../api-world.fixture.js';
import { startApi } from '../start-api.js';

const data = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: For rules of the site
permissions: [use]
commands:
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, output: json, executable: [/bin/echo], rules: [allow] }
  strict:
    description: Declares
    options: { force: { type: bool } }
    executable: [/bin/echo]
    rules: [must have data:use]
`;

whenPostgres('what operators lay down for the site', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra', 'env=prod']);
    expect((await world.call('POST', '/bundles', { source: data, enable: true })).status).toBe(201);
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const { name } of (await world.call('GET', '/site-rules')).body.rules)
      await world.call('DELETE', `/site-rules/${name}`);
    for (const { selector } of (await world.call('GET', '/protected-relays')).body.protected)
      await world.call('DELETE', `/protected-relays/${encodeURIComponent(selector)}`);
  });

  const add = (name: string, rule: string, more: object = {}) =>
    world.call('POST', '/site-rules', { name, rule, on: '*', ...more });
  const runs = async (line: string) => (await world.call('POST', '/runs', { line })).body;
  const told = async (line: string) => (await runs(line)).reply?.text as string;

  describe('a site rule', () => {
    it('is added, shown, changed, switched off and on, and removed', async () => {
      const added = await add('freeze', 'with weekday in ["sat"] deny', { on: 'data:*' });
      expect(added).toMatchObject({
        status: 201,
        body: {
          rule: { name: 'freeze', on: 'data:*', enabled: true, createdBy: 'admin', changedBy: 'admin' },
          warnings: [],
        },
      });
      expect(await world.call('PATCH', '/site-rules/freeze', { enabled: false })).toMatchObject({
        status: 200,
        body: { rule: { enabled: false, on: 'data:*', rule: 'with weekday in ["sat"] deny' } },
      });
      expect(await world.call('PATCH', '/site-rules/freeze', { rule: 'data:list deny' })).toMatchObject({
        body: { rule: { enabled: false, on: 'data:list' } },
      });
      expect((await world.call('GET', '/site-rules/freeze')).body).toMatchObject({ rule: 'data:list deny' });
      expect((await world.call('DELETE', '/site-rules/freeze')).status).toBe(204);
      expect((await world.call('GET', '/site-rules/freeze')).status).toBe(404);
    });

    it.each([
      [422, 'bad-rule', { rule: 'with weekday == "monday" deny' }, { position: 16, length: 8 }],
      [422, 'bad-rule', { rule: 'with time("Mars/Olympus") < "08:00" deny' }, { position: 10 }],
      [422, 'rule-for-which', { on: undefined }, undefined],
      [422, 'rule-for-another', { rule: 'data:list deny', on: 'data:each' }, {}],
      [400, 'bad-request', { on: 'data' }, undefined],
      [400, 'bad-request', { name: 'No Name' }, undefined],
      [400, 'bad-request', { createdBy: 'me' }, undefined],
    ])('is refused with %i %s: %j', async (status, code, more, facts) => {
      const answer = await add('odd', 'deny', more);
      expect(answer).toMatchObject({ status, body: { error: { code, ...(facts && { facts }) } } });
      expect((await world.call('GET', '/site-rules')).body.rules).toEqual([]);
    });

    it('has a name of its own', async () => {
      await add('one', 'deny', { enabled: false });
      expect(await add('one', 'allow')).toMatchObject({
        status: 409,
        body: { error: { code: 'rule-exists' } },
      });
    });

    it.each([
      ['a command there is not', 'deny', 'data:lisst', 'data:list?'],
      ['an option there is not', 'with option["forse"] == true deny', 'data:strict', 'force?'],
      ['a permission there is not', 'must have data:uze', '*', 'data:use?'],
      ['a group there is not', 'with not "admim" in group deny', '*', 'admin?'],
      ['that it only opens', 'allow', '*', 'it only allows'],
    ])('warns of %s', async (_, rule, on, warning) => {
      const { body } = await add('slip', rule, { on, enabled: false });
      expect(body.warnings).toEqual([expect.stringContaining(warning)]);
    });

    it('counts from the next line on, on every instance', async () => {
      const logger = createLogger({ service: 'api', level: 'silent' });
      const metrics = async () => ({ contentType: 'text/plain', text: '' });
      const { dataSource } = world;
      const parts = { config: configWith(), dataSource, transport: new MemoryTransport(), logger, metrics };
      const other = await startApi(parts, { listen: true });
      const there = async () => {
        const answer = await fetch(`${other.url}/runs`, {
          method: 'POST',
          headers: {
            authorization: 'Bearer the-first-administrators-token-in-tests',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ line: 'data:list' }),
        });
        return ((await answer.json()) as { reply?: { text: string } }).reply?.text ?? 'accepted';
      };
      try {
        expect(await there()).toBe('accepted');
        await add('freeze', 'deny');
        expect(await there()).toContain('by the site rule freeze: deny');
        expect(await told('data:list')).toContain('by the site rule freeze: deny');
        await world.call('PATCH', '/site-rules/freeze', { enabled: false });
        expect(await there()).toBe('accepted');
      } finally {
        await other.stop();
      }
    });

    it('stops what has not started of a line that was said before', async () => {
      const before = fra.orders.length;
      const id = await world.say('data:list | data:each $n');
      const first = await fra.order(before);
      await add('incident', 'with origin == "chat" and direct == true deny', { on: 'data:each' });
      await fra.finish(first, { chunks: [{ seq: 0, stream: 'stdout', text: '{"n":1}\n' }], outputBytes: 8 });
      const reply = await until(() =>
        world.replies.find((one) => one.inReplyTo === id && one.mark === 'failed'),
      );
      expect(reply.text).toContain('the site rule incident');
      expect(fra.orders.length).toBe(before + 1);
    });

    it('is for those to read and change who may', async () => {
      await add('one', 'deny', { enabled: false });
      await world.call('POST', '/users', { username: 'eve', email: 'eve@example.org' });
      const { body } = await world.call('POST', '/users/eve/tokens', { name: 't' });
      for (const [method, path] of [
        ['GET', '/site-rules'],
        ['DELETE', '/site-rules/one'],
        ['GET', '/protected-relays'],
        ['POST', '/protected-relays'],
      ] as const)
        expect(
          (
            await world.call(
              method,
              path,
              method === 'POST' ? { selector: 'a' } : undefined,
              body.secret ?? body.token,
            )
          ).status,
        ).toBe(403);
    });
  });

  describe('a protected relay', () => {
    it('is only for those who have relay:use for it', async () => {
      const done = await world.call('POST', '/protected-relays', { selector: ' env = prod ' });
      expect(done).toMatchObject({ status: 201, body: { selector: 'env=prod', relays: ['fra-1'] } });
      expect((await world.call('POST', '/protected-relays', { selector: 'env=prod' })).status).toBe(409);

      await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
      const before = fra.orders.length;
      const id = await world.say('data:list', { sender: 'ann' });
      const reply = await until(() => world.replies.find((one) => one.inReplyTo === id));
      expect(reply.text).toContain(
        '1 relay matches, but you may not use it: you need relay:use for env=prod',
      );

      await world.call('POST', '/groups', { name: 'prod' });
      await world.call('POST', '/roles', { name: 'prod' });
      await world.call('PUT', '/roles/prod/permissions/relay:use?relay=env%3Dprod');
      await world.call('PUT', '/groups/prod/roles/prod');
      await world.call('PUT', '/groups/prod/members/ann');
      await world.say('data:list', { sender: 'ann' });
      await fra.order(before);

      expect((await world.call('DELETE', '/protected-relays/env%3D%3Dprod')).status).toBe(204);
      expect((await world.call('DELETE', '/protected-relays/env%3Dprod')).status).toBe(404);
    });

    it('is none that only says so of itself', async () => {
      const lab = await world.relay('lab-1', []);
      await lab.heartbeat({ tags: ['env=prod'] });
      await world.say("data:list --on 'env=prod,!dc'");
      await lab.order(0);
      await world.call('POST', '/protected-relays', { selector: 'env=prod' });
      expect(await told("data:list --on 'env=prod,!dc'")).toContain('no relay has');
      expect(lab.orders.length).toBe(1);
      await world.call('DELETE', '/relays/lab-1');
    });

    it('is not made by a selector that cannot be read, nor by one that means all', async () => {
      expect(await world.call('POST', '/protected-relays', { selector: 'a b' })).toMatchObject({
        status: 422,
        body: { error: { code: 'bad-selector', facts: { position: 2 } } },
      });
      expect((await world.call('POST', '/protected-relays', { selector: ' ' })).status).toBe(422);
    });
  });
});
