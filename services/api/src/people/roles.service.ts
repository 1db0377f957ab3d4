import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { admin, builtInPermissions } from './built-in-permissions.js';
import { mustBeAnAdmin, mustHoldGrant, type Giver, type Grant } from './grant-only-what-you-hold.js';
import { nearest } from './nearest.js';
import { KnownPermissions } from './permission-catalogue.js';
import { problems } from './problems.js';
import { Role, RolePermission } from './role.entity.js';
import type { RoleShape } from './shapes.js';

/** Roles and what they permit. Refusals are thrown as `Problem`. */
@Injectable()
export class RolesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly known: KnownPermissions,
  ) {}

  async list(): Promise<RoleShape[]> {
    return this.read('true', []);
  }

  async get(role: string): Promise<RoleShape> {
    const [found] = await this.read('r.name = $1', [role]);
    if (!found) throw problems.unknownRole(role);
    return found;
  }

  async create(role: string): Promise<RoleShape> {
    const { raw } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(Role)
      .values({ name: role })
      .orIgnore()
      .returning('name')
      .execute();
    if ((raw as unknown[]).length === 0) throw problems.roleExists(role);
    return { name: role, permissions: [], limited: [] };
  }

  /** Takes it from every group that has it. */
  async delete(role: string): Promise<void> {
    if (role === admin) throw problems.builtIn('role');
    const { affected } = await this.dataSource.manager.delete(Role, { name: role });
    if (!affected) throw problems.unknownRole(role);
  }

  /** Within one transaction, so that what the giver holds is what they hold when it is given. */
  async grant(role: string, grant: Grant, giver: Giver): Promise<RoleShape> {
    const { permission, of: limitedTo = '', what = '' } = grant;
    await this.get(role);
    const names = (await this.known.list()).map(({ name }) => name);
    if (!names.includes(permission)) throw problems.unknownPermission(permission, nearest(permission, names));
    await this.dataSource.transaction(async (manager) => {
      await mustHoldGrant(manager, giver, grant);
      if (permission.startsWith('site:')) await keep(manager, permission);
      await manager
        .createQueryBuilder()
        .insert()
        .into(RolePermission)
        .values({ role, permission, limitedTo, what })
        .orIgnore()
        .execute();
    });
    return this.get(role);
  }

  /** Works for permissions of bundles that are gone, too. Of one that is given with limits, only the one that is named goes. */
  async revoke(role: string, grant: Grant, giver: Giver): Promise<void> {
    const { permission, of: limitedTo = '', what = '' } = grant;
    await this.get(role);
    if (role === admin && limitedTo === '' && (builtInPermissions as readonly string[]).includes(permission))
      throw problems.builtInPermission(permission);
    if (role === admin)
      await mustBeAnAdmin(this.dataSource, giver, () => problems.makesAdmins(`The role ${admin}`));
    const { affected } = await this.dataSource.manager.delete(RolePermission, {
      role,
      permission,
      limitedTo,
      what,
    });
    if (!affected)
      throw problems.permissionNotHeld(
        role,
        limitedTo ? `${permission} of ${limitedTo} ${what}` : permission,
      );
  }

  private async read(where: string, values: string[]): Promise<RoleShape[]> {
    return this.dataSource.query<RoleShape[]>(
      `select r.name,
        array(select rp.permission from role_permissions rp where rp.role_name = r.name and rp.limited_to = '' order by 1) as permissions,
        (select coalesce(jsonb_agg(jsonb_build_object('permission', rp.permission, 'of', rp.limited_to, 'what', rp.what)
            order by rp.permission, rp.limited_to, rp.what), '[]')
          from role_permissions rp where rp.role_name = r.name and rp.limited_to <> '') as limited
      from roles r where ${where} order by r.name`,
      values,
    );
  }
}

/** A permission of the site stays until it has been given: who deletes it waits, and then takes it from this role as well. */
async function keep(manager: EntityManager, permission: string): Promise<void> {
  const found = await manager.query<unknown[]>('select from site_permissions where name = $1 for key share', [
    permission,
  ]);
  if (found.length === 0) throw problems.unknownPermission(permission, []);
}
