import { whenPostgres } from '@chasqui/testbed/when';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('administrators', (server) => {
  let people: PeopleApp;
  beforeEach(async () => {
    people = await openPeople(server);
  });
  afterEach(async () => people[Symbol.asyncDispose]());

  const waysOut = [
    ['DELETE', (name: string) => `/groups/admin/members/${name}`, undefined],
    ['PATCH', (name: string) => `/users/${name}`, { active: false }],
    ['DELETE', (name: string) => `/users/${name}`, undefined],
  ] as const;

  describe('the last administrator', () => {
    it('stays', async () => {
      const ways = [
        ...waysOut.map(([method, path, body]) => [method, path('admin'), body] as const),
        ['DELETE', '/groups/admin/roles/admin', undefined] as const,
      ];
      for (const [method, path, sent] of ways) {
        const { status, body } = await people.admin(method, path, sent);
        expect({ path, status, code: body.error?.code }).toEqual({ path, status: 409, code: 'last-admin' });
      }
      expect((await people.admin('GET', '/me')).body).toMatchObject({
        user: { active: true },
        groups: ['admin'],
        roles: ['admin'],
      });
    });

    it('stays where the others are deactivated', async () => {
      await people.join('second');
      await people.admin('PUT', '/groups/admin/members/second');
      await people.admin('PATCH', '/users/second', { active: false });
      expect((await people.admin('DELETE', '/groups/admin/members/admin')).status).toBe(409);
      await people.admin('PATCH', '/users/second', { active: true });
      expect((await people.admin('DELETE', '/groups/admin/members/admin')).status).toBe(204);
    });

    it('stays where all are shown out at once, whatever the door', async () => {
      const names = ['admin', 'a1', 'a2', 'a3', 'a4', 'a5'];
      const tokens = [people.adminToken];
      for (const name of names.slice(1)) {
        tokens.push(await people.join(name));
        await people.admin('PUT', `/groups/admin/members/${name}`);
      }
      const all = await Promise.all(
        names.map((name, index) => {
          const [method, path, body] = waysOut[index % waysOut.length]!;
          return people.call(method, path(name), { token: tokens[index]!, body });
        }),
      );
      const left = await people.dataSource.query(
        `select username from users join group_members on user_id = id where group_name = 'admin' and active`,
      );
      expect(left).toHaveLength(1);
      expect(all.map(({ status }) => status).filter((status) => status > 204)).toEqual([409]);
    });
  });
});
