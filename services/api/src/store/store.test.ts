import { randomUUID } from 'node:crypto';
import { makeStoreToken, type StoreClaims } from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Events } from '../events.js';
import type { Sent } from '../http/http-app.fixture.js';
import { RunAuthenticator } from '../http/run-authenticator.js';
import { CONFIG, LOGGER } from '../parts.js';
import { openPeople, type PeopleApp } from '../people/people-app.fixture.js';
import { deleteExpired } from './entries.js';
import { storeClaimsFor } from './store-claims.js';
import { StoreController } from './store.controller.js';
import { StoreEntriesController } from './store-entries.controller.js';
import { StoreGuard } from './store-guard.service.js';

const secretKey = Buffer.alloc(32, 7);
const limits = { valueBytes: 1000, entries: 5, bytes: 2000 };
const json = { 'content-type': 'application/json' };
const plain = { 'content-type': 'text/plain' };

whenPostgres('the store', (server) => {
  let people: PeopleApp;
  let annId: string;
  let command: Command;

  beforeAll(async () => {
    people = await openPeople(server, () => ({
      controllers: [StoreController, StoreEntriesController],
      providers: [
        { provide: CONFIG, useValue: { secretKey, store: limits } },
        { provide: LOGGER, useValue: createLogger({ service: 'test', level: 'silent' }) },
        { provide: RunAuthenticator, useClass: StoreGuard },
        Events,
      ],
    }));
    await people.join('ann');
    annId = (await people.dataSource.query(`select id from users where username = 'ann'`))[0].id;
  });
  beforeEach(async () => {
    await people.dataSource.query('truncate store_entries, store_usage');
    command = await start();
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  /** A command of `ops` that runs for ann in slack/T1/C1, if nothing else is said. */
  async function start(over: Partial<StoreClaims> = {}, state = 'running') {
    const claims: StoreClaims = {
      runId: randomUUID(),
      executionId: randomUUID(),
      bundle: 'ops',
      channel: 'slack/T1/C1',
      userId: annId,
      expiresAt: Date.now() + 60_000,
      ...over,
    };
    await people.dataSource.query(
      `insert into runs (id, message_key, line, status, adapter, room, sender, in_reply_to, accepted_at)
       values ($1::uuid, ($1::uuid)::text, '', 'running', 'slack', 'C1', 's', 'i', now())`,
      [claims.runId],
    );
    await people.dataSource.query(
      `insert into executions (id, run_id, relay, attempt, state, start_by, timeout_ms) values ($1, $2, 'fra-1', 1, $3, now(), 1000)`,
      [claims.executionId, claims.runId, state],
    );
    const token = await makeStoreToken(secretKey, claims);
    return {
      claims,
      token,
      call: (method: string, path: string, sent: Sent = {}) =>
        people.call(method, `/store/v1/${path}`, { token, ...sent }),
    };
  }
  type Command = Awaited<ReturnType<typeof start>>;

  describe('a command', () => {
    it('reads what it wrote, as it wrote it, with its version as ETag', async () => {
      const written = await command.call('PUT', 'bundle/last', { raw: 'Zürich\n', headers: plain });
      expect(written).toMatchObject({
        status: 200,
        body: { key: 'last', type: 'text', bytes: 8, changedByRun: command.claims.runId },
      });
      const read = await command.call('GET', 'bundle/last');
      expect([read.status, read.body]).toEqual([200, 'Zürich\n']);
      expect(read.headers.get('etag')).toBe(`"${written.body.version}"`);
      expect(read.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(read.headers.get('cache-control')).toBe('no-store');
    });

    it.each([{ a: [1, null] }, 'text', 0, null, false, [[]]])(
      'reads the JSON that it wrote: %j',
      async (value) => {
        await command.call('PUT', 'bundle/it', { raw: JSON.stringify(value), headers: json });
        const read = await command.call('GET', 'bundle/it');
        expect(read.headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(read.body).toEqual(value);
      },
    );

    it.each(['application/x-www-form-urlencoded', 'text/html', 'application/octet-stream'])(
      'may say %j of its text: it stays text and is given back as text',
      async (type) => {
        await command.call('PUT', 'bundle/it', { raw: '<b>a=b</b>', headers: { 'content-type': type } });
        const read = await command.call('GET', 'bundle/it');
        expect([read.body, read.headers.get('content-type')]).toEqual([
          '<b>a=b</b>',
          'text/plain; charset=utf-8',
        ]);
        expect(read.headers.get('x-content-type-options')).toBe('nosniff');
      },
    );

    it('keeps an empty text', async () => {
      expect((await command.call('PUT', 'bundle/it')).body).toMatchObject({ type: 'text', bytes: 0 });
      expect(await command.call('GET', 'bundle/it')).toMatchObject({ status: 200, body: '' });
    });

    it('deletes, and is told what is not there', async () => {
      await command.call('PUT', 'bundle/it', { raw: '1', headers: plain });
      expect((await command.call('DELETE', 'bundle/it')).status).toBe(204);
      expect((await command.call('DELETE', 'bundle/it')).status).toBe(404);
      expect(await command.call('GET', 'bundle/it')).toMatchObject({
        status: 404,
        body: { error: { code: 'no-such-entry', message: 'There is no it in the scope bundle.' } },
      });
    });

    it('lists by the beginning of a key, a page at a time', async () => {
      for (const key of ['a:1', 'b:2', 'b:1', 'b~3'])
        await command.call('PUT', `bundle/${key}`, { raw: key, headers: plain });
      const first = await command.call('GET', 'bundle?prefix=b&limit=2');
      expect(first.body.entries.map((one: { key: string }) => one.key)).toEqual(['b:1', 'b:2']);
      const second = await command.call('GET', `bundle?prefix=b&limit=2&after=${first.body.next}`);
      expect(second.body).toMatchObject({ entries: [{ key: 'b~3', bytes: 3 }] });
      expect(second.body.next).toBeUndefined();
    });

    it.each(['.hidden', 'a b', 'ä', 'a%2Fb', 'x'.repeat(201)])('cannot use the key %s', async (key) => {
      expect((await command.call('PUT', `bundle/${key}`, { raw: '1', headers: plain })).status).toBe(400);
    });

    it.each([
      ['takes text of which nothing is said', [0x61, 0x62], 200],
      ['does not take bytes that are no UTF-8', [0xff, 0xfe], 422],
    ])('%s', async (_, bytes, status) => {
      const response = await fetch(`${people.url}/store/v1/bundle/it`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${command.token}` },
        body: new Uint8Array(bytes),
      });
      expect(response.status).toBe(status);
    });
  });

  describe('a scope', () => {
    const others: [what: string, over: Partial<StoreClaims>, sees: string[]][] = [
      ['a later run of it', {}, ['bundle', 'channel', 'user']],
      ['the same person elsewhere', { channel: 'slack/T1/C2' }, ['bundle', 'user']],
      ['somebody else in the same room', { userId: randomUUID() }, ['bundle', 'channel']],
      ['another bundle', { bundle: 'hr' }, []],
    ];
    it.each(others)('is seen by %s as far as it is theirs', async (_, over, sees) => {
      for (const scope of ['bundle', 'channel', 'user'])
        await command.call('PUT', `${scope}/it`, { raw: `of the ${scope}`, headers: plain });
      const other = await start(over);
      const seen: string[] = [];
      for (const scope of ['bundle', 'channel', 'user']) {
        const read = await other.call('GET', `${scope}/it`);
        if (read.status === 200) seen.push(scope);
        expect(read.body).toEqual(read.status === 200 ? `of the ${scope}` : expect.anything());
        expect((await other.call('GET', scope)).body.entries).toHaveLength(read.status === 200 ? 1 : 0);
      }
      expect(seen).toEqual(sees);
    });

    it('is one of three', async () => {
      expect((await command.call('GET', 'world/it')).status).toBe(400);
    });
  });

  describe('compare and set', () => {
    const put = (raw: string, headers: Record<string, string>) =>
      command.call('PUT', 'bundle/it', { raw, headers: { ...plain, ...headers } });

    it('writes over the version that was read, and over no other', async () => {
      const first = await put('1', {});
      const etag = first.headers.get('etag')!;
      expect((await put('2', { 'if-match': etag })).status).toBe(200);
      expect(await put('3', { 'if-match': etag })).toMatchObject({
        status: 412,
        body: { error: { code: 'entry-changed' } },
      });
      expect((await command.call('DELETE', 'bundle/it', { headers: { 'if-match': etag } })).status).toBe(412);
      expect((await command.call('GET', 'bundle/it')).body).toBe('2');
    });

    it('takes a version without quotes, as a shell would give it', async () => {
      const { body } = await put('1', {});
      expect((await put('2', { 'if-match': body.version })).status).toBe(200);
    });

    it('knows there from not there', async () => {
      expect((await put('1', { 'if-match': '*' })).status).toBe(412);
      expect((await put('1', { 'if-none-match': '*' })).status).toBe(200);
      expect((await put('2', { 'if-none-match': '*' })).status).toBe(412);
      expect((await put('2', { 'if-match': '*' })).status).toBe(200);
    });

    it('does not take an entry written anew for the one that was deleted', async () => {
      const before = (await put('1', {})).headers.get('etag')!;
      await command.call('DELETE', 'bundle/it');
      await put('1', {});
      expect((await put('2', { 'if-match': before })).status).toBe(412);
    });

    it('lets one of many at the same time through', async () => {
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd'].map((raw) => put(raw, { 'if-none-match': '*' })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
    });

    it.each([{ 'if-match': 'W/"1"' }, { 'if-none-match': '"1"' }, { 'if-match': '1', 'if-none-match': '*' }])(
      'does not guess what %j means',
      async (headers) => expect((await put('1', headers as Record<string, string>)).status).toBe(400),
    );
  });

  describe('time', () => {
    it('is over for an entry when its ttl is, before anybody sweeps', async () => {
      const { body } = await command.call('PUT', 'bundle/it?ttl=1h', { raw: '1', headers: plain });
      expect(Date.parse(body.expiresAt) - Date.parse(body.changedAt)).toBe(3_600_000);
      await command.call('PUT', 'bundle/stays', { raw: '1', headers: plain });
      await people.dataSource.query(`update store_entries set expires_at = now() where key = 'it'`);
      expect((await command.call('GET', 'bundle/it')).status).toBe(404);
      expect((await command.call('GET', 'bundle')).body.entries).toMatchObject([{ key: 'stays' }]);
      expect((await command.call('DELETE', 'bundle/it')).status).toBe(404);
    });

    it('that is over frees what it took once it is swept', async () => {
      for (const key of ['a', 'b', 'c', 'd', 'e'])
        await command.call('PUT', `bundle/${key}?ttl=1s`, { raw: 'x', headers: plain });
      await people.dataSource.query(`update store_entries set expires_at = now() where key <> 'a'`);
      expect(await deleteExpired(people.dataSource)).toBe(4);
      expect(await deleteExpired(people.dataSource)).toBe(0);
      expect(await people.dataSource.query('select entries, bytes from store_usage')).toEqual([
        { entries: '1', bytes: '1' },
      ]);
    });

    it('is written so that nobody mistakes it', async () => {
      for (const ttl of ['0s', '10', '-1s', '400d', '1 h'])
        expect((await command.call('PUT', `bundle/it?ttl=${ttl}`, { raw: '1', headers: plain })).status).toBe(
          400,
        );
    });
  });

  describe('limits', () => {
    const put = (key: string, bytes: number, by = command) =>
      by.call('PUT', `bundle/${key}`, { raw: 'x'.repeat(bytes), headers: plain });

    it('are on a value', async () => {
      expect(await put('it', 1001)).toMatchObject({
        status: 413,
        body: { error: { code: 'value-too-large' } },
      });
      expect((await put('it', 1000)).status).toBe(200);
    });

    it('are on the entries of a bundle, and not those of another', async () => {
      for (const key of ['a', 'b', 'c', 'd', 'e']) expect((await put(key, 1)).status).toBe(200);
      expect(await put('f', 1)).toMatchObject({
        status: 409,
        body: { error: { code: 'store-full', facts: { bundle: 'ops', what: 'entries', most: 5 } } },
      });
      expect((await put('a', 2)).status).toBe(200);
      expect((await put('f', 1, await start({ bundle: 'hr' }))).status).toBe(200);
      await command.call('DELETE', 'bundle/a');
      expect((await put('f', 1)).status).toBe(200);
    });

    it('are on the bytes of a bundle, also where many write at the same time', async () => {
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((key) => put(key, 800)));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 409, 409]);
      expect((await command.call('GET', 'bundle')).body.entries).toHaveLength(2);
    });

    it('let somebody who is over them make it less', async () => {
      await put('a', 900);
      await people.dataSource.query('update store_usage set bytes = 9000');
      expect((await put('a', 900)).status).toBe(200);
      expect((await put('a', 901)).status).toBe(409);
    });
  });

  describe('a token', () => {
    const read = (token: string | undefined) =>
      people.call('GET', '/store/v1/bundle/it', token === undefined ? {} : { token });

    it('is needed, and an API token is none', async () => {
      expect(await read(undefined)).toMatchObject({
        status: 401,
        body: { error: { code: 'no-store-token' } },
      });
      expect(await read(people.adminToken)).toMatchObject({
        status: 401,
        body: { error: { code: 'bad-store-token' } },
      });
      const { token, claims } = command;
      expect(await read(await makeStoreToken(Buffer.alloc(32, 8), claims))).toMatchObject({ status: 401 });
      expect((await people.call('GET', '/me', { token })).body.error.code).toBe('bad-token');
    });

    it.each(['accepted', 'running', 'lost'])('is good while the execution is %s', async (state) => {
      expect((await read((await start({}, state)).token)).status).toBe(404);
    });

    it.each(['succeeded', 'failed', 'timed-out', 'cancelled', 'refused', 'expired'])(
      'is over when the execution %s',
      async (state) => {
        const { token } = await start({}, state);
        expect(await read(token)).toMatchObject({
          status: 401,
          body: { error: { code: 'execution-over', message: expect.stringContaining(`(${state})`) } },
        });
      },
    );

    it('is over as soon as its relay is revoked, and stays so when another relay has the name', async () => {
      const { token, claims } = await start();
      const relays = (sql: string) => people.dataSource.query(sql);
      await relays(`insert into relays (name, tags, revoked_at) values ('fra-1', '{}', now())`);
      const over = { status: 401, body: { error: { code: 'execution-over' } } };
      expect(await read(token)).toMatchObject(over);
      await people.dataSource.query(
        `update executions set state = 'lost', outcome = '{"kind": "lost", "revoked": true}' where id = $1`,
        [claims.executionId],
      );
      await relays(`update relays set revoked_at = null`);
      expect(await read(token)).toMatchObject(over);
      await relays(`delete from relays`);
      expect(await read(token)).toMatchObject(over);
    });

    it('is over in time, whatever became of the execution', async () => {
      const { token } = await start({ expiresAt: Date.now() - 1 });
      expect(await read(token)).toMatchObject({
        status: 401,
        body: { error: { code: 'store-token-expired' } },
      });
    });

    it('lasts a minute longer than its execution can', () => {
      const order = {
        runId: 'r',
        executionId: 'e',
        bundle: 'ops',
        startBy: 1_000_000,
        timeoutMs: 500,
        asker: { id: 'u', username: 'ann', email: '' },
      };
      expect(storeClaimsFor(order, 'slack/C')).toEqual({
        runId: 'r',
        executionId: 'e',
        bundle: 'ops',
        channel: 'slack/C',
        userId: 'u',
        expiresAt: 1_060_500,
      });
    });
  });

  describe('an operator', () => {
    const entries = '/store/bundles/ops/entries';

    it('sees what a bundle keeps, and removes it', async () => {
      await command.call('PUT', 'bundle/a', { raw: '1234', headers: plain });
      await command.call('PUT', 'user/b', { raw: '{"x":1}', headers: json });
      await command.call('PUT', 'channel/c', { raw: '12', headers: plain });
      expect((await people.admin('GET', '/store/bundles/ops')).body).toEqual({
        bundle: 'ops',
        entries: 3,
        bytes: 13,
        shelves: [
          { scope: 'bundle', entries: 1, bytes: 4 },
          { scope: 'channel', owner: 'slack/T1/C1', entries: 1, bytes: 2 },
          { scope: 'user', owner: 'ann', entries: 1, bytes: 7 },
        ],
      });
      expect((await people.admin('GET', entries)).body.entries).toMatchObject([{ key: 'a' }]);
      expect(
        (await people.admin('GET', `${entries}?scope=channel&owner=slack/T1/C1`)).body.entries,
      ).toMatchObject([{ key: 'c' }]);
      expect((await people.admin('GET', `${entries}/user/b?owner=ann`)).body).toMatchObject({
        type: 'json',
        value: '{"x":1}',
        changedByRun: command.claims.runId,
      });
      expect((await people.admin('DELETE', `${entries}/user/b?owner=ann`)).status).toBe(204);
      expect((await people.admin('DELETE', `${entries}/user/b?owner=ann`)).status).toBe(404);
      expect(await people.admin('GET', `${entries}/user/b`)).toMatchObject({
        status: 422,
        body: { error: { message: expect.stringContaining('?owner=') } },
      });
    });

    it('needs a permission for each', async () => {
      const reader = await people.join(`reader-${Date.now()}`, 'chasqui:read-store');
      expect((await people.call('GET', entries, { token: reader })).status).toBe(200);
      expect((await people.call('DELETE', `${entries}/bundle/a`, { token: reader })).status).toBe(403);
      expect((await people.call('GET', entries, { token: command.token })).status).toBe(401);
    });
  });
});
