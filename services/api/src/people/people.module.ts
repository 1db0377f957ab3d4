import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../http/authenticator.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MeController } from './me.controller.js';
import { KnownPermissions } from './permission-catalogue.js';
import { PermissionsController } from './permissions.controller.js';
import { RolesController } from './roles.controller.js';
import { RolesService } from './roles.service.js';
import { TokenAuthenticator } from './token-authenticator.service.js';
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
    TokenAuthenticator,
    { provide: Authenticator, useExisting: TokenAuthenticator },
  ],
  exports: [Authenticator, TokenAuthenticator, UsersService, GroupsService, RolesService, TokensService],
})
export class PeopleModule {}
