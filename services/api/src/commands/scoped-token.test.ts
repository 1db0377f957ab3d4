import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const bundle = `
chasqui_bundle_version: 1
name: lab
version: 1.0.0
description: For trying rights
permissions: [read, write, barred]
commands:
  read: { description: Reads, executable: [/bin/echo], output: json, rules: [must have lab:read] }
  write: { description: Writes, executable: [/bin/echo], rules: [must have lab:write] }
  free: { description: Not for who is barred, executable: [/bin/echo], rules: [must have lab:read and not lab:barred] }
`;

whenPostgres('a line that came with a token for some permissions', (server) => {
  let world: ApiWorld;
  let relay: Awaited<ReturnType<ApiWorld['relay']>>;
  let token: string;
  beforeAll(async () => {
    world = await apiWorld(server);
    relay = await world.relay('r1');
    await world.call('POST', '/bundles', { source: bundle, enable: true });
    token = (await world.call('POST', '/users/admin/tokens', { name: 'narrow', scopes: ['lab:read'] })).body
      .token;
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  const run = async (line: string, as = token) => (await world.call('POST', '/runs', { line }, as)).body;

  describe('is judged by them alone', () => {
    it('runs what they allow, and nothing else, though its user may', async () => {
      expect(await run('lab:read')).toMatchObject({ status: 'accepted' });
      expect(await run('lab:write')).toMatchObject({ status: 'refused', code: 'not-allowed' });
      expect(await run('lab:write', adminToken)).toMatchObject({ status: 'accepted' });
    });

    it('from the first stage to the last, though that starts much later', async () => {
      const { id } = await run('lab:read | lab:write $x');
      const refused = (await world.call('GET', `/runs/${id}`)).body;
      expect(refused).toMatchObject({ status: 'refused', code: 'not-allowed' });

      // It was allowed when it was said: the token has both, and loses one while the first stage runs.
      const both = (
        await world.call('POST', '/users/admin/tokens', { name: 'both', scopes: ['lab:read', 'lab:write'] })
      ).body.token;
      const before = relay.orders.length;
      const run2 = await run('lab:read | lab:write $x', both);
      const order = await until(() => relay.orders[before]);
      await world.dataSource.query(`update runs set scopes = '{lab:read}' where id = $1`, [run2.id]);
      await world.take(order, '{"x": 1}');
      const ended = await until(async () => {
        const { body } = await world.call('GET', `/runs/${run2.id}`);
        return body.status !== 'accepted' && body.status !== 'running' && body;
      });
      expect(ended).toMatchObject({ status: 'failed', code: 'not-allowed' });
    });

    it('and leaves out nothing that stands in the way of its user', async () => {
      // An administrator holds all that bundles declare, `lab:barred` too, and this token is not for it.
      expect(await run('lab:free', adminToken)).toMatchObject({ status: 'refused', code: 'not-allowed' });
      expect(await run('lab:free')).toMatchObject({ status: 'refused', code: 'not-allowed' });
      const { id } = await run('lab:read | lab:free $x');
      const order = await until(() => relay.orders.find(({ runId }) => runId === id));
      await world.take(order, '{"x": 1}');
      const ended = await until(async () => {
        const { body } = await world.call('GET', `/runs/${id}`);
        return body.status !== 'accepted' && body.status !== 'running' && body;
      });
      expect(ended).toMatchObject({ status: 'failed', code: 'not-allowed' });
    });

    it('and repeats nobody else’s line, though its user may read all runs', async () => {
      await world.call('POST', '/users', { username: 'bob', email: 'bob@example.org' });
      const bobs = (await world.call('POST', '/users/bob/tokens', { name: 'laptop' })).body.token;
      const { id } = await run('lab:read bobs-own-word', bobs);
      expect(await run(`again ${id}`, adminToken)).toMatchObject({ expanded: 'lab:read bobs-own-word' });
      expect(await run(`again ${id}`)).toMatchObject({ status: 'refused', code: 'no-such-run' });
      for (const line of [`again ${id}`, `why again ${id}`]) {
        expect((await world.call('POST', '/simulate', { line }, token)).text).not.toContain('bobs-own-word');
        expect(JSON.stringify(await run(line))).not.toContain('bobs-own-word');
      }
    });

    it('and sets nobody’s alias', async () => {
      expect(await run("alias set deploy 'lab:write'")).toMatchObject({ status: 'refused' });
      expect((await world.call('PUT', '/aliases/deploy', { line: 'lab:write' }, token)).body.error.code).toBe(
        'scoped-token',
      );
    });
  });
});
