import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONFIG } from '../parts.js';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('tokens', (server) => {
  let people: PeopleApp;
  beforeAll(async () => {
    people = await openPeople(server);
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const me = (token: string) => people.call('GET', '/me', { token });

  describe('tokens', () => {
    it('are shown once and kept as a hash', async () => {
      const token = await people.join('ann');
      expect(token).toMatch(/^chq_[A-Za-z0-9_-]{43}$/);
      const { tokens } = (await people.admin('GET', '/users/ann/tokens')).body;
      expect(tokens).toEqual([
        { name: 'first', prefix: token.slice(0, 8), createdAt: expect.any(String), createdBy: 'admin' },
      ]);
      const stored = JSON.stringify(await people.dataSource.query('select * from api_tokens'));
      expect(stored).not.toContain(token);
    });

    it('stop at once when they are revoked', async () => {
      const token = await people.join('rex');
      expect((await me(token)).status).toBe(200);
      expect((await people.admin('DELETE', '/users/rex/tokens/first')).status).toBe(204);
      expect(await me(token)).toMatchObject({ status: 401, body: { error: { code: 'bad-token' } } });
      expect((await people.admin('DELETE', '/users/rex/tokens/first')).status).toBe(404);
    });

    it('stop when their time is over', async () => {
      await people.join('eve');
      const expiresAt = '2999-01-01T00:00:00+02:00';
      const issued = (await people.admin('POST', '/users/eve/tokens', { name: 'short', expiresAt })).body;
      expect(issued).toMatchObject({ name: 'short', expiresAt: '2998-12-31T22:00:00.000Z' });
      expect((await me(issued.token)).status).toBe(200);
      await people.dataSource.query(`update api_tokens set expires_at = now() where name = 'short'`);
      await vi.waitUntil(async () => (await me(issued.token)).status === 401, 30_000);
    });

    it('go with their user', async () => {
      const token = await people.join('leaver');
      await people.admin('DELETE', '/users/leaver');
      expect((await me(token)).status).toBe(401);
    });

    it('say when they were last used, without writing it at every use', async () => {
      const token = await people.join('used');
      await Promise.all(Array.from({ length: 20 }, () => me(token)));
      const lastUsed = async () =>
        (await people.admin('GET', '/users/used/tokens')).body.tokens[0].lastUsedAt as string | undefined;
      const first = await vi.waitUntil(lastUsed, 30_000);
      await me(token);
      expect(await lastUsed()).toBe(first);
    });

    it('are everybody’s own business', async () => {
      const [token, other] = [await people.join('self'), await people.join('other')];
      const own = await people.call('POST', '/users/self/tokens', { token, body: { name: 'laptop' } });
      expect(own.status).toBe(201);
      expect((await people.call('GET', '/users/self/tokens', { token })).body.tokens).toHaveLength(2);
      for (const [method, path, body] of [
        ['GET', '/users/self/tokens'],
        ['POST', '/users/self/tokens', { name: 'theirs' }],
        ['DELETE', '/users/self/tokens/laptop'],
        ['GET', '/users/nobody-at-all/tokens'],
      ] as const) {
        expect(await people.call(method, path, { token: other, body })).toMatchObject({
          status: 403,
          body: { error: { code: 'lacks-permission' } },
        });
      }
      expect((await people.call('DELETE', '/users/self/tokens/laptop', { token })).status).toBe(204);
      expect((await me(own.body.token)).status).toBe(401);
    });

    it('last as long as they may at most', async () => {
      const tokenMaxAgeMs = 30 * 86_400_000;
      await using strict = await openPeople(server, () => ({
        providers: [{ provide: CONFIG, useValue: { tokenMaxAgeMs } }],
      }));
      const issue = async (expiresAt?: string) =>
        (await strict.admin('POST', '/users/admin/tokens', { name: `t${expiresAt?.length}`, expiresAt }))
          .body;
      const latest = Date.parse((await issue()).expiresAt) - Date.now();
      expect(latest).toBeGreaterThan(tokenMaxAgeMs - 60_000);
      expect(latest).toBeLessThanOrEqual(tokenMaxAgeMs);
      expect((await issue('2999-01-01T00:00:00Z')).error.code).toBe('lasts-too-long');
    });

    it.each([
      ['a name there is', { name: 'first' }, 409, 'token-exists'],
      ['a time that is over', { name: 'late', expiresAt: '2001-01-01T00:00:00Z' }, 422, 'expires-in-past'],
      ['a time that is none', { name: 'bad', expiresAt: 'tomorrow' }, 400, 'bad-request'],
      ['a date that is none', { name: 'bad', expiresAt: '2030-02-31T00:00:00Z' }, 400, 'bad-request'],
      ['a bad name', { name: 'a/b' }, 400, 'bad-request'],
      ['a token of one’s own', { name: 'mine', token: 'chq_x' }, 400, 'bad-request'],
    ])('refuse %s', async (_, body, status, code) => {
      await people.join('fussy');
      const answered = await people.admin('POST', '/users/fussy/tokens', body);
      expect({ status: answered.status, code: answered.body.error.code }).toEqual({ status, code });
    });
  });
});
