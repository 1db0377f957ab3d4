import { makeRelayToken } from '@chasqui/sealing';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { Audit } from './audit.service.js';

type Row = Record<string, unknown>;

whenPostgres('the audit log of actions', (serverUrl) => {
  let world: ApiWorld;
  let ann: string;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    ann = (await world.call('POST', '/users/ann/tokens', { name: 'laptop' })).body.token;
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const actions = async (query: string): Promise<Row[]> => {
    await world.api.get(Audit).flush();
    const { status, body, text } = await world.call('GET', `/audit/actions?${query}`);
    if (status !== 200) throw new Error(text);
    return body.actions;
  };
  const fetchAs = (headers: Record<string, string>, path: string) =>
    fetch(`${world.api.url}${path}`, { headers });

  it('has a change with who made it, what was before and what is after', async () => {
    await world.call('PATCH', '/users/ann', { email: 'ann@example.com' });
    const [change, creation] = await actions('kind=user&name=ann');
    expect(creation).toMatchObject({
      action: 'users.create',
      user: { username: 'admin' },
      resource: { kind: 'user', name: 'ann' },
      result: 'allowed',
      statusCode: 201,
      method: 'api',
      address: '127.0.0.1',
      tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      after: { username: 'ann', email: 'ann@example.org', active: true },
    });
    expect(creation).not.toHaveProperty('before');
    expect(change).toMatchObject({
      action: 'users.change',
      before: { email: 'ann@example.org' },
      after: { email: 'ann@example.com' },
    });
  });

  it('has what was deleted as it was', async () => {
    await world.call('POST', '/groups', { name: 'short' });
    await world.call('DELETE', '/groups/short');
    const [deletion] = await actions('action=groups.delete');
    expect(deletion).toMatchObject({ before: { name: 'short', members: [] }, result: 'allowed' });
    expect(deletion).not.toHaveProperty('after');
  });

  it('has a bundle that is installed by its name and its hash', async () => {
    const [installed] = await actions('kind=bundle');
    expect(installed).toMatchObject({
      resource: { name: 'try' },
      after: { enabled: '1.0.0', versions: [{ version: '1.0.0', sha256: expect.any(String) }] },
    });
  });

  it('has who was refused, and what for', async () => {
    expect((await world.call('DELETE', '/users/admin', undefined, ann)).status).toBe(403);
    expect((await world.call('GET', '/roles', undefined, 'chq_nothing')).status).toBe(401);
    const denied = await actions('result=denied');
    expect(denied).toContainEqual(
      expect.objectContaining({
        action: 'users.delete',
        user: expect.objectContaining({ username: 'ann' }),
        resource: { kind: 'user', name: 'admin' },
        statusCode: 403,
      }),
    );
    const unknown = denied.find(({ action }) => action === 'roles.list')!;
    expect(unknown).toMatchObject({ statusCode: 401, address: '127.0.0.1' });
    expect(unknown).not.toHaveProperty('user');
  });

  it('has who looked by HEAD, which is answered like GET', async () => {
    const { token } = (await world.call('POST', '/users/ann/tokens', { name: 'head' })).body;
    const look = await fetch(`${world.api.url}/roles/admin`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(look.status).toBe(403);
    expect(await actions('user=ann&action=roles.get')).toContainEqual(
      expect.objectContaining({ result: 'denied', statusCode: 403, details: { role: 'admin' } }),
    );
  });

  it('has a change that failed', async () => {
    expect((await world.call('POST', '/users', { username: 'ann', email: 'other@example.org' })).status).toBe(
      409,
    );
    expect((await actions('action=users.create&result=failed'))[0]).toMatchObject({
      code: 'username-taken',
      statusCode: 409,
    });
  });

  it('counts looks that are the same', async () => {
    for (let look = 0; look < 5; look++) await world.call('GET', '/users/ann');
    const looks = await actions('action=users.get&name=nobody');
    expect(looks).toEqual([]);
    const seen = await actions('action=users.get');
    expect(seen.map((one) => (one['times'] as number | undefined) ?? 1).reduce((a, b) => a + b)).toBe(5);
    expect(seen.length).toBeLessThan(5);
  });

  it('only counts what nobody knows asks for, however it is worded', async () => {
    for (let n = 0; n < 20; n++) await fetchAs({}, `/groups/flood-${n}?x=${n}`);
    const denied = (await actions('action=groups.get&result=denied')).filter(
      (one) => one['code'] === undefined,
    );
    expect(denied.map((one) => (one['times'] as number | undefined) ?? 1).reduce((a, b) => a + b)).toBe(20);
    expect(denied.length).toBeLessThan(5);
    expect(JSON.stringify(denied)).not.toContain('flood-');
    expect(denied[0]).toMatchObject({ address: '127.0.0.1', statusCode: 401 });
  });

  it('has what the first start made, as done by whoever operates the machine', async () => {
    const enrolRelays = `${makeRelayToken('ams-1')} dc=ams`;
    await using fresh = await apiWorld(serverUrl, { prepare: false, config: { enrolRelays } });
    await fresh.api.get(Audit).flush();
    const { body } = await fresh.call('GET', '/audit/actions?action=relays.enrol');
    expect(body.actions).toMatchObject([
      { method: 'operator', resource: { kind: 'relay', name: 'ams-1' }, result: 'allowed' },
    ]);
  });

  it('has who asked too often, and who is no longer let in', async () => {
    const rates = { writes: { most: 3, withinMs: 600_000 } };
    await using slow = await apiWorld(serverUrl, { prepare: false, config: { rates } });
    await slow.call('POST', '/users', { username: 'eve', email: 'eve@example.org' });
    const { token } = (await slow.call('POST', '/users/eve/tokens', { name: 't' })).body;
    await slow.call('PATCH', '/users/eve', { active: false });
    expect((await slow.call('GET', '/me', undefined, token)).status).toBe(401);
    for (let n = 0; n < 2; n++) {
      expect((await slow.call('POST', '/groups', { name: `g${n}` })).status).toBe(429);
    }
    await slow.api.get(Audit).flush();
    const { actions: denied } = (await slow.call('GET', '/audit/actions?result=denied')).body;
    expect(denied).toContainEqual(
      expect.objectContaining({
        action: 'groups.create',
        user: expect.objectContaining({ username: 'admin' }),
        tokenId: expect.any(String),
        statusCode: 429,
      }),
    );
    expect(denied).toContainEqual(
      expect.objectContaining({
        action: 'me.show',
        user: expect.objectContaining({ username: 'eve' }),
        statusCode: 401,
      }),
    );
  });

  it('tells the command line from other programs', async () => {
    await fetchAs({ authorization: `Bearer ${ann}`, 'user-agent': 'chasqui-cli/0.1.0' }, '/me');
    expect((await actions('user=ann&action=me.show'))[0]).toMatchObject({ method: 'cli' });
  });

  it('leaves alone what is no act of anybody', async () => {
    await fetchAs({}, '/health/live');
    expect(await actions('action=health.live')).toEqual([]);
  });

  it('keeps no secret of what is asked for, nor of what is', async () => {
    const secrets = ['hunter2-password-of-ann', 'hunter2-value'];
    await world.call('PUT', '/users/ann/password', { password: secrets[0] });
    await world.call('PUT', '/config/try/API_KEY', { value: secrets[1], secret: true });
    const { body } = await world.call('POST', '/users/ann/tokens', { name: 'second' });
    await world.call('POST', '/relays', { name: 'secret-relay' });
    await actions('');
    const rows = await world.dataSource.query<Row[]>('select content::text from audit_entries');
    const text = JSON.stringify(rows);
    for (const secret of [...secrets, body.token, body.token.slice(8)]) expect(text).not.toContain(secret);
    expect((await actions('kind=config'))[0]).toMatchObject({ after: [{ value: '(masked)', secret: true }] });
    expect(text).not.toMatch(/chq-relay\.secret-relay\./);
  });

  it('makes no change that it cannot write down', async () => {
    await world.dataSource.query('alter table audit_entries rename to audit_entries_gone');
    try {
      expect((await world.call('POST', '/users', { username: 'bob', email: 'bob@example.org' })).status).toBe(
        500,
      );
    } finally {
      await world.dataSource.query('alter table audit_entries_gone rename to audit_entries');
    }
    expect((await world.call('GET', '/users/bob')).status).toBe(404);
  });

  it('says of a change whose end never came that it began', async () => {
    await world.dataSource.query(`insert into audit_entries (id, at, kind, about, step, content)
      values (gen_random_uuid(), now(), 'action', gen_random_uuid(), 0, '{"action": "users.create", "method": "api", "result": "begun"}')`);
    expect(await actions('result=begun')).toHaveLength(1);
  });

  it('is nobody’s to read who may not', async () => {
    for (const path of ['/audit/actions', '/audit/export', '/audit/checkpoint'])
      expect((await world.call('GET', path, undefined, ann)).status).toBe(403);
  });

  it('goes on page by page', async () => {
    for (let n = 0; n < 5; n++) await world.call('POST', '/groups', { name: `page-${n}` });
    const names: string[] = [];
    let next = '';
    do {
      const { body } = await world.call(
        'GET',
        `/audit/actions?action=groups.create&limit=2${next && `&before=${next}`}`,
      );
      names.push(...body.actions.map((one: Row) => (one['resource'] as Row)['name']));
      next = body.next ?? '';
    } while (next);
    expect(names).toEqual(['page-4', 'page-3', 'page-2', 'page-1', 'page-0', 'short']);
  });
});
