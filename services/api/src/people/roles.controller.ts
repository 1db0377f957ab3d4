import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { limitOf } from './limit-of.js';
import { RolesService } from './roles.service.js';
import { LimitQuery, OfPermission, OfRole, RoleName, RoleShape } from './shapes.js';

const NewRole = z.strictObject({ name: RoleName });

@Controller('roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Get()
  @Operation({
    summary: 'List the roles',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ roles: z.array(RoleShape) }) },
  })
  async list() {
    return { roles: await this.roles.list() };
  }

  @Post()
  @Operation({
    summary: 'Make a role',
    subject: 'role',
    permission: 'chasqui:manage-roles',
    body: NewRole,
    answers: { 201: RoleShape },
    errors: [409],
  })
  async create(@Body() { name }: z.infer<typeof NewRole>) {
    return this.roles.create(name);
  }

  @Get(':role')
  @Operation({
    summary: 'Show a role',
    permission: 'chasqui:read-users',
    params: OfRole,
    answers: { 200: RoleShape },
    errors: [404],
  })
  async get(@Param() { role }: OfRole) {
    return this.roles.get(role);
  }

  @Delete(':role')
  @Operation({
    summary: 'Delete a role, and take it from every group',
    subject: 'role',
    permission: 'chasqui:manage-roles',
    params: OfRole,
    answers: { 204: null },
    errors: [404, 409],
  })
  async delete(@Param() { role }: OfRole) {
    await this.roles.delete(role);
  }

  @Put(':role/permissions/:permission')
  @Operation({
    summary: 'Give a role a permission, everywhere or for one thing',
    subject: 'role',
    permission: 'chasqui:manage-roles',
    besides: 'You must hold it yourself.',
    params: OfPermission,
    query: LimitQuery,
    answers: { 200: RoleShape },
    errors: [404, 409, 422],
  })
  async grant(
    @Param() { role, permission }: OfPermission,
    @Query() limit: LimitQuery,
    @Asker() asker: Principal,
  ) {
    return this.roles.grant(role, limitOf(permission, limit), asker);
  }

  @Delete(':role/permissions/:permission')
  @Operation({
    summary: 'Take a permission from a role, or one that is limited to one thing',
    subject: 'role',
    permission: 'chasqui:manage-roles',
    params: OfPermission,
    query: LimitQuery,
    answers: { 204: null },
    errors: [404, 409, 422],
  })
  async revoke(
    @Param() { role, permission }: OfPermission,
    @Query() limit: LimitQuery,
    @Asker() asker: Principal,
  ) {
    await this.roles.revoke(role, limitOf(permission, limit), asker);
  }
}
