import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type PeopleApp } from './people-app.fixture.js';

whenPostgres('grant only what you hold', (server) => {
  let people: PeopleApp;
  let lead: string;
  const manage = ['chasqui:manage-users', 'chasqui:manage-groups', 'chasqui:manage-roles'];
  beforeAll(async () => {
    people = await openPeople(server);
    const { admin } = people;
    // Lead looks after people, may read in production, and is no administrator.
    lead = await people.join('lead', ...manage, 'chasqui:read-users', 'ops:read');
    await admin('PUT', '/roles/lead/permissions/chasqui:manage-bundles?bundle=ops');
    await admin('PUT', '/roles/lead/permissions/relay:use?relay=env=prod');
    // Olga may do what lead may not.
    await people.join('olga', 'ops:read', 'ops:write');
    await people.join('gone', 'ops:write');
    await admin('PATCH', '/users/gone', { active: false });
    await people.join('rita', 'ops:read');
    await people.join('boss');
    await admin('PUT', '/groups/admin/members/boss');
    await admin('POST', '/users', { username: 'new', email: 'new@example.org' });
    await admin('POST', '/users', { username: 'robot', kind: 'service' });
    for (const name of ['mine', 'bosses']) {
      await admin('POST', '/groups', { name });
      await admin('POST', '/roles', { name });
    }
    await admin('PUT', '/groups/bosses/roles/admin');
    await admin('PUT', '/users/boss/identities/slack', { id: 'UBOSS' });
    await admin('PUT', '/users/olga/identities/slack', { id: 'UOLGA' });
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const asLead = (method: string, path: string, body?: unknown) =>
    people.call(method, path, { token: lead, body });
  const everything = () =>
    people.dataSource.query(
      `select (select jsonb_agg(to_jsonb(t) order by t::text) from group_members t) as members,
        (select jsonb_agg(to_jsonb(t) order by t::text) from group_roles t) as roles,
        (select jsonb_agg(to_jsonb(t) order by t::text) from role_permissions t) as permissions,
        (select jsonb_agg(to_jsonb(t) order by t::text) from users t) as users,
        (select jsonb_agg(to_jsonb(t) order by t::text) from chat_identities t) as identities,
        (select jsonb_agg(t.id order by t.id) from api_tokens t) as tokens`,
    );

  describe('somebody who looks after people and is no administrator', () => {
    it.each([
      ['gives a role what they lack', 'PUT', '/roles/mine/permissions/ops:write', undefined, 'ops:write'],
      [
        'gives the own role what they lack',
        'PUT',
        '/roles/lead/permissions/ops:write',
        undefined,
        'ops:write',
      ],
      [
        'widens what they hold for one bundle',
        'PUT',
        '/roles/lead/permissions/chasqui:manage-bundles',
        undefined,
        'chasqui:manage-bundles',
      ],
      [
        'widens it to another bundle',
        'PUT',
        '/roles/lead/permissions/chasqui:manage-bundles?bundle=net',
        undefined,
        'chasqui:manage-bundles of bundle net',
      ],
      [
        'widens a selector',
        'PUT',
        '/roles/lead/permissions/relay:use?relay=dc=fra',
        undefined,
        'relay:use of relay dc=fra',
      ],
      [
        'uses a permission of the site that they made',
        'PUT',
        '/roles/lead/permissions/site:oncall',
        undefined,
        'site:oncall',
      ],
      ['gives a group a role that holds more', 'PUT', '/groups/mine/roles/olga', undefined, 'ops:write'],
      ['gives their group the role admin', 'PUT', '/groups/lead/roles/admin', undefined, 'the role admin'],
      ['joins the administrators', 'PUT', '/groups/admin/members/lead', undefined, 'the role admin'],
      [
        'joins a group that makes administrators',
        'PUT',
        '/groups/bosses/members/lead',
        undefined,
        'the role admin',
      ],
      ['joins a group that holds more', 'PUT', '/groups/olga/members/lead', undefined, 'ops:write'],
      ['lets somebody else join it', 'PUT', '/groups/olga/members/new', undefined, 'ops:write'],
      ['becomes somebody in a chat', 'PUT', '/users/olga/identities/slack', { id: 'ULEAD' }, 'ops:write'],
      [
        'becomes an administrator in a chat',
        'PUT',
        '/users/boss/identities/slack',
        { id: 'ULEAD' },
        'the role admin',
      ],
      ['lets somebody in again who held more', 'PATCH', '/users/gone', { active: true }, 'ops:write'],
      ['takes over an e-mail address', 'PATCH', '/users/olga', { email: 'lead@example.org' }, 'ops:write'],
      [
        'takes over an administrator’s',
        'PATCH',
        '/users/boss',
        { email: 'lead@example.org' },
        'the role admin',
      ],
      [
        'makes somebody’s token with what they lack',
        'POST',
        '/users/olga/tokens',
        { name: 'x', scopes: ['ops:write'] },
        'ops:write',
      ],
    ])('never %s', async (_, method, path, sent, missing) => {
      await people.admin('POST', '/permissions', { name: 'site:oncall' });
      const before = await everything();
      const { status, body } = await asLead(method, path, sent);
      expect({ status, code: body.error?.code }).toEqual({ status: 403, code: 'more-than-you-hold' });
      expect(body.error.facts.missing).toContain(missing);
      expect(body.error.message).toContain(missing);
      expect(await everything()).toEqual(before);
    });

    it.each([
      ['makes somebody’s token for everything', 'POST', '/users/olga/tokens', { name: 'x' }, 'whole-token'],
      ['makes an administrator’s token', 'POST', '/users/boss/tokens', { name: 'x' }, 'whole-token'],
      [
        'makes one of somebody who may get more later',
        'POST',
        '/users/new/tokens',
        { name: 'x' },
        'whole-token',
      ],
      ['shuts an administrator out', 'PATCH', '/users/boss', { active: false }, 'of-an-administrator'],
      ['renames an administrator', 'PATCH', '/users/boss', { fullName: 'Nobody' }, 'of-an-administrator'],
      ['deletes an administrator', 'DELETE', '/users/boss', undefined, 'of-an-administrator'],
      [
        'takes an administrator’s chat identity',
        'DELETE',
        '/users/boss/identities/slack',
        undefined,
        'of-an-administrator',
      ],
      [
        'revokes an administrator’s token',
        'DELETE',
        '/users/boss/tokens/first',
        undefined,
        'of-an-administrator',
      ],
      [
        'takes somebody out of the administrators',
        'DELETE',
        '/groups/admin/members/boss',
        undefined,
        'makes-administrators',
      ],
      [
        'takes the role from a group of them',
        'DELETE',
        '/groups/bosses/roles/admin',
        undefined,
        'makes-administrators',
      ],
      ['deletes a group of them', 'DELETE', '/groups/bosses', undefined, 'makes-administrators'],
      [
        'takes from what administrators hold',
        'DELETE',
        '/roles/admin/permissions/site:oncall',
        undefined,
        'makes-administrators',
      ],
      ['changes a user name', 'PATCH', '/users/olga', { username: 'lead2' }, undefined],
      ['makes a person a service account', 'PATCH', '/users/olga', { kind: 'service' }, undefined],
    ])('never %s', async (_, method, path, sent, code = 'bad-request') => {
      const before = await everything();
      const { status, body } = await asLead(method, path, sent);
      expect({ status, code: body.error?.code }).toEqual({
        status: code === 'bad-request' ? 400 : 403,
        code,
      });
      expect(await everything()).toEqual(before);
    });

    it.each([
      ['gives what they hold', 'PUT', '/roles/mine/permissions/ops:read', undefined, 200],
      [
        'gives what they hold, for less',
        'PUT',
        '/roles/mine/permissions/relay:use?relay=dc=fra,env=prod',
        undefined,
        200,
      ],
      [
        'gives the same bundle',
        'PUT',
        '/roles/mine/permissions/chasqui:manage-bundles?bundle=ops',
        undefined,
        200,
      ],
      [
        'gives for one bundle what they hold for all',
        'PUT',
        '/roles/mine/permissions/ops:read?application=shop',
        undefined,
        200,
      ],
      ['gives a group a role within theirs', 'PUT', '/groups/mine/roles/mine', undefined, 200],
      ['lets people into it', 'PUT', '/groups/mine/members/new', undefined, 200],
      ['says who somebody is in a chat', 'PUT', '/users/rita/identities/slack', { id: 'URITA' }, 200],
      ['shuts somebody out who holds more', 'PATCH', '/users/olga', { active: false }, 200],
      [
        'makes a token for what both hold',
        'POST',
        '/users/rita/tokens',
        { name: 'x', scopes: ['ops:read'] },
        201,
      ],
      ['makes a token of their own', 'POST', '/users/lead/tokens', { name: 'x' }, 201],
      ['makes a service account', 'POST', '/users', { username: 'robot2', kind: 'service' }, 201],
      ['revokes a token of somebody who holds more', 'DELETE', '/users/olga/tokens/first', undefined, 204],
      ['takes a role that they do not hold', 'DELETE', '/groups/olga/roles/olga', undefined, 204],
    ])('%s', async (_, method, path, sent, status) => {
      expect((await asLead(method, path, sent)).status).toBe(status);
    });
  });

  describe('at the same moment', () => {
    it('what was taken from the giver is not given', async () => {
      const { admin } = people;
      const token = await people.join('quick', 'chasqui:manage-roles', 'ops:write');
      const names = Array.from({ length: 8 }, (_, index) => `race${index}`);
      for (const name of names) await admin('POST', '/roles', { name });
      const [, ...all] = await Promise.all([
        admin('DELETE', '/roles/quick/permissions/ops:write'),
        ...names.map((name) => people.call('PUT', `/roles/${name}/permissions/ops:write`, { token })),
      ]);
      const given = await people.dataSource.query(
        `select role_name from role_permissions where permission = 'ops:write' and role_name like 'race%'`,
      );
      expect(given).toHaveLength(all.filter(({ status }) => status === 200).length);
      expect((await people.call('PUT', '/roles/race0/permissions/ops:write', { token })).status).toBe(403);
    });

    it('a permission of the site that is deleted stays with no role', async () => {
      const { admin } = people;
      await admin('POST', '/roles', { name: 'left' });
      for (let round = 0; round < 5; round++) {
        await admin('POST', '/permissions', { name: 'site:gone' });
        await Promise.all([
          admin('DELETE', '/permissions/site:gone'),
          admin('PUT', '/roles/left/permissions/site:gone'),
        ]);
        expect((await admin('GET', '/roles/left')).body.permissions).toEqual([]);
      }
    });
  });

  it('says at most five of the things that are missing', async () => {
    const { body } = await asLead('PUT', '/groups/admin/members/lead');
    expect(body.error.message).toMatch(
      /^That would give the role admin, .* and \d+ more, which you do not hold yourself; ask /,
    );
  });
});
