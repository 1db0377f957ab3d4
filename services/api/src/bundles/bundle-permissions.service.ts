import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { KnownPermission, PermissionCatalogue } from '../people/permission-catalogue.js';

/** The permissions that installed bundles declare, each with one version that does. */
@Injectable()
export class BundlePermissions implements PermissionCatalogue {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  list(): Promise<KnownPermission[]> {
    return this.dataSource.query(
      `select p.name, max(b.name || ' ' || b.version) as from
       from bundles b, jsonb_array_elements_text(b.content -> 'permissions') p(name) group by p.name order by p.name`,
    );
  }
}
