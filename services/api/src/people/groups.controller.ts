import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { GroupsService } from './groups.service.js';
import { GroupName, GroupShape, OfGroup, OfGroupRole, OfMember } from './shapes.js';

const NewGroup = z.strictObject({ name: GroupName });

@Controller('groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Get()
  @Operation({
    summary: 'List the groups',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ groups: z.array(GroupShape) }) },
  })
  async list() {
    return { groups: await this.groups.list() };
  }

  @Post()
  @Operation({
    summary: 'Make a group',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    body: NewGroup,
    answers: { 201: GroupShape },
    errors: [409],
  })
  async create(@Body() { name }: z.infer<typeof NewGroup>) {
    return this.groups.create(name);
  }

  @Get(':group')
  @Operation({
    summary: 'Show a group',
    permission: 'chasqui:read-users',
    params: OfGroup,
    answers: { 200: GroupShape },
    errors: [404],
  })
  async get(@Param() { group }: OfGroup) {
    return this.groups.get(group);
  }

  @Delete(':group')
  @Operation({
    summary: 'Delete a group',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    params: OfGroup,
    answers: { 204: null },
    errors: [404, 409],
  })
  async delete(@Param() { group }: OfGroup, @Asker() asker: Principal) {
    await this.groups.delete(group, asker);
  }

  @Put(':group/members/:username')
  @Operation({
    summary: 'Make a user a member of a group',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    besides: 'You must hold everything that the group gives.',
    params: OfMember,
    answers: { 200: GroupShape },
    errors: [404, 409],
  })
  async addMember(@Param() { group, username }: OfMember, @Asker() asker: Principal) {
    return this.groups.addMember(group, username, asker);
  }

  @Delete(':group/members/:username')
  @Operation({
    summary: 'Take a member out of a group',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    params: OfMember,
    answers: { 204: null },
    errors: [404, 409],
  })
  async removeMember(@Param() { group, username }: OfMember, @Asker() asker: Principal) {
    await this.groups.removeMember(group, username, asker);
  }

  @Put(':group/roles/:role')
  @Operation({
    summary: 'Give a group a role',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    besides: 'You must hold everything that the role gives.',
    params: OfGroupRole,
    answers: { 200: GroupShape },
    errors: [404, 409],
  })
  async addRole(@Param() { group, role }: OfGroupRole, @Asker() asker: Principal) {
    return this.groups.addRole(group, role, asker);
  }

  @Delete(':group/roles/:role')
  @Operation({
    summary: 'Take a role from a group',
    subject: 'group',
    permission: 'chasqui:manage-groups',
    params: OfGroupRole,
    answers: { 204: null },
    errors: [404, 409],
  })
  async removeRole(@Param() { group, role }: OfGroupRole, @Asker() asker: Principal) {
    await this.groups.removeRole(group, role, asker);
  }
}
