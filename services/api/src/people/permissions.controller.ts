import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { KnownPermissions } from './permission-catalogue.js';
import { NewSitePermission, OfSitePermission, PermissionShape } from './shapes.js';
import { SitePermissions } from './site-permissions.service.js';

@Controller('permissions')
export class PermissionsController {
  constructor(
    private readonly known: KnownPermissions,
    private readonly site: SitePermissions,
  ) {}

  @Get()
  @Operation({
    summary: 'List every permission that a role may have',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ permissions: z.array(PermissionShape) }) },
  })
  async list() {
    return { permissions: await this.known.list() };
  }

  @Post()
  @Operation({
    summary: 'Make a permission of the site, for rules to ask for',
    subject: 'permission',
    permission: 'chasqui:manage-roles',
    body: NewSitePermission,
    answers: { 201: PermissionShape },
    errors: [409],
  })
  async create(@Body() permission: NewSitePermission, @Asker() asker: Principal) {
    return this.site.create(permission, asker.username);
  }

  @Delete(':name')
  @Operation({
    summary: 'Delete a permission of the site, and take it from every role',
    subject: 'permission',
    permission: 'chasqui:manage-roles',
    params: OfSitePermission,
    answers: { 204: null },
    errors: [404],
  })
  async delete(@Param() { name }: OfSitePermission) {
    await this.site.delete(name);
  }
}
