import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bundles } from '../bundles/bundles.service.js';
import { Events } from '../events.js';
import { LOGGER } from '../parts.js';
import { openPeople, type PeopleApp } from '../people/people-app.fixture.js';
import { AliasesController } from './aliases.controller.js';
import { Aliases } from './aliases.service.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  status: { description: How it is, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('aliases', (server) => {
  let people: PeopleApp;
  let bob: string;
  beforeAll(async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    people = await openPeople(server, () => ({
      controllers: [AliasesController],
      providers: [Aliases, Bundles, Events, { provide: LOGGER, useValue: logger }],
    }));
    await people.app.get(Bundles).install(ops, 'test', { enable: true });
    bob = await people.join('bob');
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const asBob = (method: string, path: string, body?: unknown) =>
    people.call(method, path, { token: bob, body });
  const names = async (asked: Promise<{ body: { aliases: { name: string; site: boolean }[] } }>) =>
    (await asked).body.aliases.map(({ name, site }) => (site ? `${name} (site)` : name));
  const revision = async () =>
    (await people.dataSource.query(`select revision from revisions where of = 'aliases'`))[0]
      .revision as string;

  it('are set, listed and removed, each person’s own', async () => {
    expect(await asBob('PUT', '/aliases/up', { line: 'ops:status | count' })).toMatchObject({
      status: 200,
      body: { name: 'up', line: 'ops:status | count', site: false, setBy: 'bob' },
    });
    await asBob('PUT', '/aliases/up', { line: 'ops:status' });
    expect((await asBob('GET', '/aliases')).body.aliases).toMatchObject([{ name: 'up', line: 'ops:status' }]);
    expect(await names(people.admin('GET', '/aliases'))).toEqual([]);
    expect((await asBob('DELETE', '/aliases/up')).status).toBe(204);
    expect(await asBob('DELETE', '/aliases/up')).toMatchObject({
      status: 404,
      body: { error: { code: 'no-alias', message: expect.stringContaining('up') } },
    });
  });

  it('of the site are for everybody, and for who may publish them to change', async () => {
    const before = await revision();
    expect(await asBob('PUT', '/aliases/all', { line: 'ops:status', site: true })).toMatchObject({
      status: 403,
      body: { error: { facts: { permission: 'chasqui:manage-aliases' } } },
    });
    expect(await revision()).toBe(before);
    const set = await people.admin('PUT', '/aliases/all', { line: 'ops:status', site: true });
    expect(set).toMatchObject({ status: 200, body: { site: true, setBy: 'admin' } });
    expect(BigInt(await revision())).toBeGreaterThan(BigInt(before));
    await asBob('PUT', '/aliases/all', { line: 'ops:status --own' });
    expect(await names(asBob('GET', '/aliases'))).toEqual(['all', 'all (site)']);
    expect((await asBob('DELETE', '/aliases/all?site=true')).status).toBe(403);
    expect((await people.admin('DELETE', '/aliases/all')).status).toBe(404);
    expect((await people.admin('DELETE', '/aliases/all?site=true')).status).toBe(204);
    expect(await names(asBob('GET', '/aliases'))).toEqual(['all']);
  });

  it.each([
    [409, 'alias-taken', 'status', 'ops:status'],
    [409, 'alias-taken', 'where', 'ops:status'],
    [422, 'bad-alias-name', '__proto__', 'ops:status'],
    [400, 'bad-request', 'a%00b', 'ops:status'],
    [422, 'bad-syntax', 'x', 'ops:status "'],
    [422, 'bad-syntax', 'x', 'ops:status \u0000'],
    [422, 'alias-loop', 'x', 'x'],
  ])('answers %i %s for %s: %s', async (status, code, name, line) => {
    const answer = await asBob('PUT', `/aliases/${name}`, { line });
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
  });

  it('are not as long as one likes', async () => {
    expect((await asBob('PUT', '/aliases/x', { line: 'x'.repeat(10_001) })).status).toBe(400);
  });
});
