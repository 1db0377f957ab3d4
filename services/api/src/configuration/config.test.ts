import { Writable } from 'node:stream';
import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bundles } from '../bundles/bundles.service.js';
import { Events } from '../events.js';
import { CONFIG, LOGGER } from '../parts.js';
import { openPeople, type PeopleApp } from '../people/people-app.fixture.js';
import { ConfigController } from './config.controller.js';
import { ConfigValues } from './config-values.service.js';
import { Configuration } from './configuration.service.js';

const declaring = (version: string, config: string) => `
chasqui_bundle_version: 1
name: ops
version: ${version}
description: Operations
permissions: [read]
config:
${config}
commands:
  status: { description: How it is, executable: [/bin/echo], rules: [must have ops:read] }
`;
const gort = `
gort_bundle_version: 1
name: old
version: 0.1.0
description: From Gort
commands:
  echo: { description: Says it, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('the configuration', (server) => {
  let people: PeopleApp;
  let bob: string;
  let reader: string;
  let configuration: Configuration;
  const lines: string[] = [];

  beforeAll(async () => {
    const destination = new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) });
    const logger = createLogger({ service: 'test', level: 'trace', destination });
    people = await openPeople(server, () => ({
      controllers: [ConfigController],
      providers: [
        { provide: CONFIG, useValue: { secretKey: Buffer.alloc(32, 7) } },
        { provide: LOGGER, useValue: logger },
        Events,
        Configuration,
        ConfigValues,
        Bundles,
      ],
    }));
    const bundles = people.app.get(Bundles);
    await bundles.install(
      declaring(
        '1.0.0',
        '  PORT: { type: int }\n  TOKEN: { secret: true, required: true }\n  REGION: { type: enum, values: [fra, ams] }',
      ),
      'test',
      { enable: true },
    );
    await bundles.install(declaring('1.1.0', '  PORT: { type: int }\n  NEXT: { type: bool }'), 'test');
    await bundles.install(gort, 'test', { enable: true });
    bob = await people.join('bob', 'ops:read', 'chasqui:own-config');
    reader = await people.join('reader', 'chasqui:read-config');
    await people.join('nobody');
    configuration = people.app.get(Configuration);
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const set = (key: string, body: object, bundle = 'ops') =>
    people.admin('PUT', `/config/${bundle}/${key}`, body);
  const revision = async () =>
    (await people.dataSource.query(`select revision from revisions where of = 'configuration'`))[0]
      .revision as string;
  const rows = () => people.dataSource.query('select * from configuration order by key, layer');
  const bobId = async () =>
    (await people.dataSource.query(`select id from users where username = 'bob'`))[0].id as string;
  const forBob = async () => ({ userId: await bobId(), groups: ['bob'], channel: 'slack/T1/C1' });

  it('is set, shown with who set it, and removed', async () => {
    const answer = await set('PORT', { value: '8080' });
    expect(answer).toMatchObject({
      status: 200,
      body: { bundle: 'ops', key: 'PORT', layer: 'bundle', secret: false, value: '8080', changedBy: 'admin' },
    });
    await set('PORT', { value: '9090', layer: 'user', owner: 'bob' });
    expect((await people.admin('GET', '/config?bundle=ops&key=PORT')).body.values).toMatchObject([
      { layer: 'bundle', value: '8080' },
      { layer: 'user', owner: 'bob', value: '9090' },
    ]);
    expect((await people.admin('DELETE', '/config/ops/PORT?layer=user&owner=bob')).status).toBe(204);
    expect(await people.admin('DELETE', '/config/ops/PORT?layer=user&owner=bob')).toMatchObject({
      status: 404,
      body: { error: { code: 'no-such-value', message: expect.stringContaining('the user bob') } },
    });
    expect((await people.admin('DELETE', '/config/ops/PORT')).status).toBe(204);
  });

  it('moves its revision with each change, and is read again then and only then', async () => {
    const before = await revision();
    const view = await configuration.view(before);
    await set('PORT', { value: '1' });
    const after = await revision();
    expect(BigInt(after)).toBeGreaterThan(BigInt(before));
    expect(await configuration.view(before)).toBe(view);
    const anew = await configuration.view(after);
    expect(anew.valuesFor({ name: 'ops' }, await forBob())).toEqual({ PORT: '1' });
    expect(await configuration.view(after)).toBe(anew);
    expect(await configuration.view(before)).toBe(anew);
    await people.admin('DELETE', '/config/ops/PORT');
  });

  describe('a secret', () => {
    const secret = 'hunter2-correct-horse';

    it.each([
      ['its bundle declares it', 'TOKEN', 'ops', {}],
      ['whoever sets it says so', 'ANY', 'old', { secret: true }],
    ])('is one because %s: in clear nowhere but in the environment', async (_, key, bundle, more) => {
      lines.length = 0;
      const answers = [
        await set(key, { value: secret, layer: 'group', owner: 'bob', ...more }, bundle),
        await people.admin('GET', '/config'),
        await people.admin('GET', `/config/${bundle}/effective?user=bob`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers[0]!.body).toMatchObject({ key, secret: true });
      expect(answers[2]!.body.values).toContainEqual({
        key,
        secret: true,
        layer: 'group',
        owner: 'bob',
        over: [],
      });
      expect(JSON.stringify(answers)).not.toContain(secret);
      expect(JSON.stringify(await rows())).not.toContain(secret);
      expect(lines.join('')).toContain(`"key":"${key}"`);
      expect(lines.join('')).not.toContain(secret);

      const view = await configuration.read();
      expect(view.valuesFor({ name: bundle }, await forBob())).toEqual({ [key]: secret });
      await people.admin('DELETE', `/config/${bundle}/${key}?layer=group&owner=bob`);
    });

    it('does not open where somebody has copied it to', async () => {
      await set('TOKEN', { value: secret });
      await people.dataSource.query(
        `insert into configuration (bundle, layer, owner, key, value, secret, changed_by)
         select 'old', 'bundle', '', 'LEAK', value, true, 'x' from configuration where key = 'TOKEN'`,
      );
      const view = await configuration.read();
      expect(view.check({ name: 'old' }, await forBob())).toMatchObject({
        code: 'config-broken',
        facts: { key: 'LEAK' },
      });
      await people.dataSource.query('delete from configuration');
    });

    it('that was set before its bundle said it was one is hidden as well', async () => {
      await people.dataSource.query(
        `insert into configuration (bundle, layer, owner, key, value, secret, changed_by)
         values ('ops', 'bundle', '', 'TOKEN', '${secret}', false, 'x')`,
      );
      const answers = [
        await people.admin('GET', '/config'),
        await people.admin('GET', '/config/ops/effective'),
      ];
      expect(JSON.stringify(answers)).not.toContain(secret);
      await people.dataSource.query('delete from configuration');
    });
  });

  it.each([
    ['PORT', { value: 'eighty' }, 422, 'bad-value', /a whole number/],
    ['REGION', { value: 'lon' }, 422, 'bad-value', /fra or ams/],
    ['PROT', { value: '1' }, 422, 'undeclared-key', /did you mean PORT\?/],
    ['A-B', { value: '1' }, 422, 'bad-key', /environment variable/],
    ['PATH', { value: '/evil' }, 422, 'reserved-key', /PATH/],
    ['GORT_X', { value: '1' }, 422, 'reserved-key', /GORT_X/],
    ['PORT', { value: '1', layer: 'user' }, 422, 'no-owner', /Whose user/],
    ['PORT', { value: '1', layer: 'user', owner: 'noone' }, 404, 'unknown-user', /noone/],
    ['PORT', { value: '1', layer: 'group', owner: 'noone' }, 404, 'unknown-group', /noone/],
    ['PORT', { value: '1', layer: 'channel', owner: 'ops' }, 422, 'bad-owner', /slack/],
    ['PORT', { value: '1', layer: 'channel', owner: 'slack/#nowhere' }, 404, 'unknown-channel', /#nowhere/],
    ['PORT', { value: 'x'.repeat(40_000) }, 413, 'too-large', /./],
    ['PORT', { value: 1 }, 400, 'bad-request', /value/],
  ])('%s cannot be %j', async (key, body, status, code, message) => {
    expect(await set(key, body)).toMatchObject({
      status,
      body: { error: { code, message: expect.stringMatching(message) } },
    });
    expect(await rows()).toEqual([]);
  });

  it('can be set for a version that is not enabled yet', async () => {
    expect((await set('NEXT', { value: 'maybe' })).status).toBe(422);
    expect((await set('NEXT', { value: 'yes' })).status).toBe(200);
    await people.admin('DELETE', '/config/ops/NEXT');
  });

  it('of a bundle that declares nothing can be anything', async () => {
    expect((await set('ANYTHING', { value: 'x' }, 'old')).status).toBe(200);
    await people.admin('DELETE', '/config/old/ANYTHING');
  });

  it('finds a room by its name where one was heard', async () => {
    const heard = (id: string, room: string) =>
      people.dataSource.query(
        `insert into runs (id, message_key, line, status, adapter, workspace, room, room_name, sender, in_reply_to, accepted_at)
         values (gen_random_uuid(), $1, '', 'succeeded', 'slack', 'T1', $2, 'prod', 's', 'i', now())`,
        [id, room],
      );
    await heard('m1', 'C1');
    expect((await set('PORT', { value: '1', layer: 'channel', owner: 'slack/#prod' })).body).toMatchObject({
      owner: 'slack/T1/C1',
      ownerName: 'slack/#prod',
    });
    expect(
      (await people.admin('GET', '/config/ops/effective?user=bob&channel=slack/T1/C1')).body.values,
    ).toMatchObject([{ key: 'PORT', value: '1', layer: 'channel' }]);
    await heard('m2', 'C2');
    expect(await set('PORT', { value: '1', layer: 'channel', owner: 'slack/#prod' })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('slack/T1/C1 or slack/T1/C2') } },
    });
    await people.dataSource.query('delete from configuration');
  });

  it('tells what would be missing', async () => {
    const { body } = await people.admin('GET', '/config/ops/effective?user=bob');
    expect(body).toMatchObject({
      bundle: 'ops',
      version: '1.0.0',
      user: 'bob',
      values: [],
      unset: ['PORT', 'REGION'],
    });
    expect(body.faults).toEqual([
      {
        key: 'TOKEN',
        code: 'config-missing',
        message: expect.stringContaining('chasqui config set ops TOKEN --secret'),
      },
    ]);
  });

  it('of somebody goes with them', async () => {
    await people.join('leaver');
    await set('PORT', { value: '1', layer: 'user', owner: 'leaver' });
    await set('PORT', { value: '1', layer: 'group', owner: 'leaver' });
    const before = await revision();
    await people.admin('DELETE', '/users/leaver');
    await people.admin('DELETE', '/groups/leaver');
    expect(await rows()).toEqual([]);
    expect(BigInt(await revision())).toBeGreaterThan(BigInt(before));
  });

  describe('one’s own', () => {
    const call = (method: string, path: string, body?: unknown) =>
      people.call(method, path, { token: bob, body });

    it('can be set, listed and removed by who may', async () => {
      await set('PORT', { value: '1' });
      expect(
        (await call('PUT', '/config/ops/PORT', { value: '2', layer: 'user', owner: 'bob' })).status,
      ).toBe(200);
      expect((await call('GET', '/config')).body.values).toMatchObject([
        { layer: 'user', owner: 'bob', value: '2' },
      ]);
      expect((await call('DELETE', '/config/ops/PORT?layer=user&owner=bob')).status).toBe(204);
      await people.admin('DELETE', '/config/ops/PORT');
    });

    it.each([
      ['PUT', '/config/ops/PORT', { value: '2' }],
      ['PUT', '/config/ops/PORT', { value: '2', layer: 'user', owner: 'reader' }],
      ['PUT', '/config/ops/PORT', { value: '2', layer: 'group', owner: 'bob' }],
      ['DELETE', '/config/ops/PORT', undefined],
      ['GET', '/config?layer=bundle', undefined],
      ['GET', '/config?owner=reader', undefined],
      ['GET', '/config/ops/effective', undefined],
    ])('does not reach as far as %s %s %j', async (method, path, body) => {
      expect((await call(method, path, body)).status).toBe(403);
    });

    it('is not for a bundle of which one may run nothing', async () => {
      const mallory = await people.join('mallory', 'chasqui:own-config');
      const body = { value: '2', layer: 'user', owner: 'mallory' };
      expect(await people.call('PUT', '/config/ops/PORT', { token: mallory, body })).toMatchObject({
        status: 403,
        body: { error: { code: 'not-yours' } },
      });
    });

    it('is for those with the permission alone', async () => {
      const body = { value: '2', layer: 'user', owner: 'reader' };
      expect((await people.call('PUT', '/config/ops/PORT', { token: reader, body })).status).toBe(403);
      expect((await people.call('GET', '/config', { token: reader })).status).toBe(200);
    });
  });
});
