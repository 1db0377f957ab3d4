import { whenPostgres } from '@chasqui/testbed/when';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HttpApp } from '../http/http-app.fixture.js';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('who a token belongs to', (server) => {
  let people: PeopleApp;
  let other: HttpApp;
  beforeAll(async () => {
    people = await openPeople(server);
    other = await people.another();
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  /** What another instance says, which has answered this token a moment ago and was told nothing since. */
  const elsewhere = (token: string, path = '/users') => other.call('GET', path, { token });

  describe('what one instance changes is so at once there, and soon elsewhere', () => {
    it.each([
      ['a token that is revoked', 'DELETE', (name: string) => `/users/${name}/tokens/first`, undefined, 401],
      ['somebody who is deactivated', 'PATCH', (name: string) => `/users/${name}`, { active: false }, 401],
      ['somebody who is deleted', 'DELETE', (name: string) => `/users/${name}`, undefined, 401],
      [
        'a role that is taken from a group',
        'DELETE',
        (name: string) => `/groups/${name}/roles/${name}`,
        undefined,
        403,
      ],
      [
        'somebody who leaves a group',
        'DELETE',
        (name: string) => `/groups/${name}/members/${name}`,
        undefined,
        403,
      ],
      [
        'a permission that is taken from a role',
        'DELETE',
        (name: string) => `/roles/${name}/permissions/chasqui:read-users`,
        undefined,
        403,
      ],
      ['a role that is deleted', 'DELETE', (name: string) => `/roles/${name}`, undefined, 403],
      ['a group that is deleted', 'DELETE', (name: string) => `/groups/${name}`, undefined, 403],
    ])('%s', async (what, method, path, body, status) => {
      const name = what.replaceAll(/\W+/g, '-');
      const token = await people.join(name, 'chasqui:read-users');
      expect((await people.call('GET', '/users', { token })).status).toBe(200);
      expect((await elsewhere(token)).status).toBe(200);
      expect((await elsewhere(token)).status).toBe(200);
      expect((await people.admin(method, path(name), body)).status).toBeLessThan(300);
      expect((await people.call('GET', '/users', { token })).status).toBe(status);
      await vi.waitUntil(async () => (await elsewhere(token)).status === status, {});
    });

    it('what is given', async () => {
      const token = await people.join('given');
      expect((await elsewhere(token)).status).toBe(403);
      await people.admin('PUT', '/roles/given/permissions/chasqui:read-users');
      expect((await people.call('GET', '/users', { token })).status).toBe(200);
      await vi.waitUntil(async () => (await elsewhere(token)).status === 200, 30_000);
    });
  });

  it('is asked of the database once, and not again while nobody changes anything', async () => {
    const token = await people.join('often', 'chasqui:read-users');
    const asked = vi.spyOn(people.dataSource, 'query');
    await people.call('GET', '/me', { token });
    await vi.waitUntil(() => asked.mock.calls.some(([sql]) => /update api_tokens/.test(sql)), 30_000);
    asked.mockClear();
    for (let index = 0; index < 20; index++) await people.call('GET', '/me', { token });
    const about = asked.mock.calls.map(([sql]) => sql).filter((sql) => /api_tokens/.test(sql));
    asked.mockRestore();
    expect(about).toEqual([]);
  });

  it('is read anew by everybody who comes after a change, though a read was under way before it', async () => {
    const token = await people.join('torn', 'chasqui:read-users');
    for (let round = 0; round < 10; round++) {
      const reads = Array.from({ length: 5 }, () => people.call('GET', '/users', { token }));
      await people.admin('DELETE', '/roles/torn/permissions/chasqui:read-users');
      expect((await people.call('GET', '/users', { token })).status).toBe(403);
      await people.admin('PUT', '/roles/torn/permissions/chasqui:read-users');
      expect((await people.call('GET', '/users', { token })).status).toBe(200);
      await Promise.all(reads);
    }
  });

  it('ends with its time, whatever is kept', async () => {
    await people.join('brief');
    const soon = new Date(Date.now() + 1_500).toISOString();
    const { token } = (await people.admin('POST', '/users/brief/tokens', { name: 'b', expiresAt: soon }))
      .body;
    expect((await elsewhere(token, '/me')).status).toBe(200);
    await vi.waitUntil(async () => (await elsewhere(token, '/me')).status === 401, {
      timeout: 5_000,
      interval: 20,
    });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(soon) - 100);
  });

  it('cannot be told while the database is away, and nobody is let in for having been known before', async () => {
    const token = await people.join('away', 'chasqui:read-users');
    const lone = await people.another();
    expect((await lone.call('GET', '/me', { token })).status).toBe(200);
    const away = vi
      .spyOn(lone.app.get(DataSource), 'query')
      .mockRejectedValue(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
    await vi.waitUntil(async () => (await lone.call('GET', '/me', { token })).status === 503, 30_000);
    away.mockRestore();
    expect((await lone.call('GET', '/me', { token })).status).toBe(200);
  });
});
