import { Inject, Injectable } from '@nestjs/common';
import { builtInPermissions } from './built-in-permissions.js';
import { permissionMeanings } from './permission-meanings.js';
import { SitePermissions } from './site-permissions.service.js';

/** A permission there is, and where it comes from: `built-in`, `site`, or a bundle and its version. */
export interface KnownPermission {
  readonly name: string;
  readonly from: string;
  readonly description?: string;
}

/** What installed bundles declare; the others are not its business. Provided under `PERMISSION_CATALOGUE` by a global module. */
export interface PermissionCatalogue {
  list(): Promise<readonly KnownPermission[]>;
}
export const PERMISSION_CATALOGUE = Symbol('PermissionCatalogue');

/** Every permission that a role may have. */
@Injectable()
export class KnownPermissions {
  constructor(
    @Inject(PERMISSION_CATALOGUE) private readonly bundles: PermissionCatalogue,
    private readonly site: SitePermissions,
  ) {}

  async list(): Promise<KnownPermission[]> {
    return [
      ...builtInPermissions.map((name) => ({
        name,
        from: 'built-in',
        description: permissionMeanings[name],
      })),
      ...(await this.site.list()),
      ...(await this.bundles.list()),
    ];
  }
}
