import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { grantToAdmins } from './bootstrap.js';
import type { KnownPermission } from './permission-catalogue.js';
import { problems } from './problems.js';
import { SitePermission } from './site-permission.entity.js';
import type { NewSitePermission } from './shapes.js';

/** Permissions that operators make, for rules of their own. Refusals are thrown as `Problem`. */
@Injectable()
export class SitePermissions {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async list(): Promise<KnownPermission[]> {
    const all = await this.dataSource.manager.find(SitePermission, { order: { name: 'asc' } });
    return all.map(({ name, description }) => ({ name, from: 'site', ...(description && { description }) }));
  }

  /** Administrators hold it from the beginning, as they do what bundles declare; nobody else does. */
  async create({ name, description }: NewSitePermission, by: string): Promise<KnownPermission> {
    await this.dataSource.transaction(async (manager) => {
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(SitePermission)
        .values({ name, description, createdBy: by })
        .orIgnore()
        .returning('name')
        .execute();
      if ((raw as unknown[]).length === 0) throw problems.sitePermissionExists(name);
      await grantToAdmins(manager, [name]);
    });
    return { name, from: 'site', ...(description && { description }) };
  }

  /** Takes it from every role, so that whoever makes one of this name again gives it to nobody. */
  async delete(name: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(SitePermission, { name });
      if (!affected) throw problems.unknownSitePermission(name);
      await manager.query('delete from role_permissions where permission = $1', [name]);
    });
  }
}
