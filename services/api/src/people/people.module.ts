import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Authenticator } from '../http/authenticator.js';
import { Revisions } from '../revisions.service.js';
import { ForgetOwnChanges } from './forget-own-changes.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MeController } from './me.controller.js';
import { KnownPermissions } from './permission-catalogue.js';
import { Principals } from './principals.service.js';
import { PermissionsController } from './permissions.controller.js';
import { RolesController } from './roles.controller.js';
import { RolesService } from './roles.service.js';
import { SitePermissions } from './site-permissions.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Users, groups, roles, tokens. Global, because the guard of every operation asks it who somebody is. Needs `DataSource` and `PERMISSION_CATALOGUE`. */
@Global()
@Module({
  controllers: [
    MeController,
    UsersController,
    TokensController,
    GroupsController,
    RolesController,
    PermissionsController,
  ],
  providers: [
    UsersService,
    TokensService,
    GroupsService,
    RolesService,
    KnownPermissions,
    SitePermissions,
    Revisions,
    Principals,
    { provide: Authenticator, useExisting: Principals },
    { provide: APP_INTERCEPTOR, useClass: ForgetOwnChanges },
  ],
  exports: [
    Authenticator,
    KnownPermissions,
    Revisions,
    UsersService,
    GroupsService,
    RolesService,
    TokensService,
  ],
})
export class PeopleModule {}
