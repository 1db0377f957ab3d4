import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';
import { readAsker } from './who-sql.js';

whenPostgres('the read of every command', (server) => {
  let people: PeopleApp;
  let id: string;
  beforeAll(async () => {
    people = await openPeople(server);
    await people.join('ann', 'ops:write', 'ops:read');
    await people.admin('POST', '/groups', { name: 'also' });
    await people.admin('PUT', '/groups/also/members/ann');
    await people.admin('PUT', '/groups/also/roles/ann');
    await people.admin('POST', '/users', { username: 'new', email: 'new@example.org' });
    await people.admin('PUT', '/users/ann/identities/slack', { id: 'U1', workspace: 'T1' });
    id = (await people.admin('GET', '/users/ann')).body.id;
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  describe('who asks', () => {
    it.each([
      ['a chat identity', () => ({ adapter: 'slack', workspace: 'T1', senderId: 'U1', trusted: false })],
      [
        'a user name, where the adapter is trusted',
        () => ({ adapter: 'terminal', senderId: 'ann', trusted: true }),
      ],
      ['a user id, over HTTP', () => ({ adapter: 'http', senderId: id, trusted: false })],
    ])('is known by %s', async (_, key) => {
      expect(await readAsker(people.dataSource, key())).toEqual({
        id,
        username: 'ann',
        email: 'ann@example.org',
        active: true,
        groups: ['also', 'ann'],
        permissions: ['ops:read', 'ops:write'],
        scoped: [],
      });
    });

    it.each([
      ['an id of another workspace', { adapter: 'slack', workspace: 'T2', senderId: 'U1', trusted: false }],
      ['an id without a workspace', { adapter: 'slack', senderId: 'U1', trusted: false }],
      ['an id of another adapter', { adapter: 'web', workspace: 'T1', senderId: 'U1', trusted: false }],
      ['a user name from afar', { adapter: 'terminal', senderId: 'ann', trusted: false }],
      ['a user name over HTTP', { adapter: 'http', senderId: 'ann', trusted: true }],
      ['a user name in capitals', { adapter: 'terminal', senderId: 'ANN', trusted: true }],
      ['SQL', { adapter: 'terminal', senderId: "ann' or true --", trusted: true }],
      ['a pattern', { adapter: 'terminal', senderId: 'a%', trusted: true }],
      ['a NUL', { adapter: 'slack', workspace: 'T1\0', senderId: 'U1\0', trusted: false }],
      ['half a character', { adapter: 'terminal', senderId: '\ud800', trusted: true }],
    ])('is nobody by %s', async (_, key) => {
      expect(await readAsker(people.dataSource, key)).toBeUndefined();
    });

    it('holds nothing without a group', async () => {
      expect(
        await readAsker(people.dataSource, { adapter: 'terminal', senderId: 'new', trusted: true }),
      ).toMatchObject({
        groups: [],
        permissions: [],
      });
    });

    it('is said to be deactivated', async () => {
      await people.admin('PATCH', '/users/new', { active: false });
      expect(
        await readAsker(people.dataSource, { adapter: 'terminal', senderId: 'new', trusted: true }),
      ).toMatchObject({ active: false });
    });
  });
});
