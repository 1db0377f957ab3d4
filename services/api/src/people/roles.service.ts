import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { admin, builtInPermissions } from './built-in-permissions.js';
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
    return { name: role, permissions: [] };
  }

  /** Takes it from every group that has it. */
  async delete(role: string): Promise<void> {
    if (role === admin) throw problems.builtIn('role');
    const { affected } = await this.dataSource.manager.delete(Role, { name: role });
    if (!affected) throw problems.unknownRole(role);
  }

  async grant(role: string, permission: string): Promise<RoleShape> {
    await this.get(role);
    const names = (await this.known.list()).map(({ name }) => name);
    if (!names.includes(permission)) throw problems.unknownPermission(permission, nearest(permission, names));
    await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(RolePermission)
      .values({ role, permission })
      .orIgnore()
      .execute();
    return this.get(role);
  }

  /** Works for permissions of bundles that are gone, too. */
  async revoke(role: string, permission: string): Promise<void> {
    await this.get(role);
    if (role === admin && (builtInPermissions as readonly string[]).includes(permission))
      throw problems.builtInPermission(permission);
    const { affected } = await this.dataSource.manager.delete(RolePermission, { role, permission });
    if (!affected) throw problems.permissionNotHeld(role, permission);
  }

  private async read(where: string, values: string[]): Promise<RoleShape[]> {
    return this.dataSource.query<RoleShape[]>(
      `select r.name, array(select rp.permission from role_permissions rp where rp.role_name = r.name order by 1) as permissions
      from roles r where ${where} order by r.name`,
      values,
    );
  }
}
