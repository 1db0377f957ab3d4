import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { KnownPermissions } from './permission-catalogue.js';
import { PermissionShape } from './shapes.js';

@Controller('permissions')
export class PermissionsController {
  constructor(private readonly known: KnownPermissions) {}

  @Get()
  @Operation({
    summary: 'List every permission that a role may have',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ permissions: z.array(PermissionShape) }) },
  })
  async list() {
    return { permissions: await this.known.list() };
  }
}
