import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootstrap, grantToAdmins } from './bootstrap.js';
import { builtInPermissions } from './built-in-permissions.js';
import { readCredential } from './credentials.js';
import { openFreshDatabase } from './people-app.fixture.js';

whenPostgres('the first start', (server) => {
  let database: Awaited<ReturnType<typeof openFreshDatabase>>;
  beforeAll(async () => {
    database = await openFreshDatabase(server);
  });
  afterAll(async () => database.close());
  beforeEach(async () => database.dataSource.query('truncate users, groups, roles cascade'));

  const who = async (token: string) => (await readCredential(database.dataSource, token))?.principal;

  describe('bootstrap', () => {
    it('makes one administrator, however many ask at once', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => bootstrap(database.dataSource)));
      const [first, ...more] = all.filter(({ created }) => created);
      expect(more).toEqual([]);
      expect(first!.token).toMatch(/^chq_/);
      expect(all.filter(({ token }) => token !== undefined)).toHaveLength(1);
      expect(await who(first!.token!)).toMatchObject({
        username: 'admin',
        email: 'admin@localhost',
        active: true,
        groups: ['admin'],
        roles: ['admin'],
        permissions: [...builtInPermissions].toSorted(),
      });
    });

    it('takes the token it is given', async () => {
      const token = 'a-token-of-the-installer-0123456789';
      expect(await bootstrap(database.dataSource, { token })).toEqual({ created: true, token });
      expect(await who(token)).toMatchObject({ username: 'admin' });
      expect(await bootstrap(database.dataSource, { token: `${token}-another` })).toEqual({ created: false });
      expect(await who(`${token}-another`)).toBeUndefined();
    });

    it.each(['short', 'thirty-two characters and more, but with spaces'])(
      'refuses to give away everything for %j',
      async (token) => {
        await expect(bootstrap(database.dataSource, { token })).rejects.toThrow('32 to 512');
      },
    );

    it('brings the permissions of a newer version, and leaves those of bundles', async () => {
      const { token } = await bootstrap(database.dataSource);
      await grantToAdmins(database.dataSource.manager, ['ops:write', 'ops:read']);
      await grantToAdmins(database.dataSource.manager, ['ops:write']);
      await grantToAdmins(database.dataSource.manager, []);
      await database.dataSource.query(`delete from role_permissions where permission = 'chasqui:read-runs'`);
      expect(await bootstrap(database.dataSource)).toEqual({ created: false });
      expect((await who(token!))!.permissions).toEqual(
        [...builtInPermissions, 'ops:read', 'ops:write'].toSorted(),
      );
    });
  });
});
