import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

/** A command that is a real program: it counts in the store how often it ran, and says so. */
const counting = `
const { CHASQUI_API_URL: url, CHASQUI_STORE_TOKEN: token } = process.env;
const scope = process.argv[1];
const entry = url + '/store/v1/' + scope + '/runs';
const headers = { authorization: 'Bearer ' + token };
const before = await fetch(entry, { headers });
const runs = before.status === 404 ? 0 : await before.json();
const etag = before.headers.get('etag');
const condition = etag ? { 'if-match': etag } : { 'if-none-match': '*' };
const written = await fetch(entry, {
  method: 'PUT',
  headers: { ...headers, ...condition, 'content-type': 'application/json' },
  body: JSON.stringify(runs + 1),
});
console.log(written.status, runs + 1);
`;
/** Gives away what it was given, backwards, because a mask would be seen in its place. */
const telling = `const { CHASQUI_API_URL: url, CHASQUI_STORE_TOKEN: token } = process.env;
console.log(url + ' ' + (token && [...token].reverse().join('')))`;
const node = process.execPath;
const script = (text: string) => JSON.stringify([node, '--input-type=module', '-e', text]);

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
config:
  REGION: { type: enum, values: [fra, ams], default: fra }
  TIMEOUT: { type: duration, required: true }
  API_TOKEN: { secret: true }
commands:
  count: { description: Counts, store: true, executable: ${script(counting)}, rules: [allow] }
  tell: { description: Tells, store: true, executable: ${script(telling)}, rules: [allow] }
  without: { description: Tells, executable: ${script(telling)}, rules: [allow] }
  show: { description: Shows one variable, executable: [/usr/bin/printenv], rules: [allow] }
`;
const other = ops.replace('name: ops', 'name: other').replace(', required: true', '');

whenPostgres('a command in a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const rest = async (method: string, path: string, body?: unknown, token = room.adminToken) => {
    const response = await fetch(`${room.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const answer = async (who: string, line: string) => {
    await room.says(who, line);
    return (await room.hears('')).text;
  };

  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops, other],
      people: { alice: [], bob: [] },
      relays: { local: [] },
      policy: `executables: [/usr/bin/printenv, ${node}]`,
    });
    await rest('PUT', '/config/ops/TIMEOUT', { value: '90s' });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  describe('with the store', () => {
    it('counts from run to run, for whom it is', async () => {
      expect(await answer('alice', '!ops:count bundle')).toBe('200 1');
      expect(await answer('bob', '!ops:count bundle')).toBe('200 2');
      expect(await answer('alice', '!ops:count user')).toBe('200 1');
      expect(await answer('bob', '!ops:count user')).toBe('200 1');
      expect(await answer('alice', '!other:count bundle')).toBe('200 1');
    });

    it('has a token that is over when it is', async () => {
      const [url, backwards] = (await answer('alice', '!ops:tell')).split(' ') as [string, string];
      const token = backwards.split('').reverse().join('');
      expect(url).toBe(room.url);
      const late = await rest('GET', '/store/v1/bundle/runs', undefined, token);
      expect(late).toMatchObject({ status: 401, text: expect.stringContaining('is over (succeeded)') });
    });

    it('gets neither where its bundle does not ask for it', async () => {
      expect(await answer('alice', '!ops:without')).toBe('undefined undefined');
    });
  });

  describe('with configuration', () => {
    it('finds it in its environment, the closest layer first', async () => {
      expect(await answer('alice', '!ops:show REGION')).toBe('fra');
      await rest('PUT', '/config/ops/REGION', { layer: 'channel', owner: 'terminal/#ops', value: 'ams' });
      expect(await answer('alice', '!ops:show REGION')).toBe('ams');
      await rest('PUT', '/config/ops/REGION', { layer: 'user', owner: 'alice', value: 'fra' });
      expect(await answer('alice', '!ops:show REGION')).toBe('fra');
      expect(await answer('bob', '!ops:show REGION')).toBe('ams');
      expect(await answer('bob', '!ops:show TIMEOUT')).toBe('90000');
    });

    it('gets a secret, which stands nowhere in clear, not even in what it prints', async () => {
      await rest('PUT', '/config/ops/API_TOKEN', {
        value: 'hunter2-correct-horse',
        layer: 'group',
        owner: 'alice',
      });
      await room.says('alice', '!ops:show API_TOKEN');
      await room.hears(/^\*\*\*$/);
      const { text } = await rest('GET', '/config');
      const rows = await room.dataSource.query('select * from configuration');
      expect(text).toContain('API_TOKEN');
      expect(text + JSON.stringify(rows)).not.toContain('hunter2');
    });

    it('does not start where a required value is missing, and says what to do', async () => {
      await rest('DELETE', '/config/ops/TIMEOUT');
      await room.says('alice', '!ops:show REGION');
      const refused = await room.hears('chasqui config set ops TIMEOUT VALUE');
      expect(refused.mark).toBe('refused');
      const executions = await room.dataSource.query(
        `select from executions e join runs r on r.id = e.run_id where r.code = 'config-missing'`,
      );
      expect(executions).toEqual([]);
      await rest('PUT', '/config/ops/TIMEOUT', { value: '90s' });
      expect(await answer('bob', '!ops:show TIMEOUT')).toBe('90000');
    });
  });
});
