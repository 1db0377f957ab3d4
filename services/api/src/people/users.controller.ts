import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { NewIdentity, NewUser, OfIdentity, OfUser, UserChange, UserShape, WorkspaceQuery } from './shapes.js';
import { UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Operation({
    summary: 'List the users',
    permission: 'chasqui:read-users',
    answers: { 200: z.strictObject({ users: z.array(UserShape) }) },
  })
  async list() {
    return { users: await this.users.list() };
  }

  @Post()
  @Operation({
    summary: 'Make a user',
    permission: 'chasqui:manage-users',
    body: NewUser,
    answers: { 201: UserShape },
    errors: [409],
  })
  async create(@Body() user: NewUser) {
    return this.users.create(user);
  }

  @Get(':username')
  @Operation({
    summary: 'Show a user',
    permission: 'chasqui:read-users',
    params: OfUser,
    answers: { 200: UserShape },
    errors: [404],
  })
  async get(@Param() { username }: OfUser) {
    return this.users.get(username);
  }

  @Patch(':username')
  @Operation({
    summary: 'Change a user, and leave what is not given as it is',
    permission: 'chasqui:manage-users',
    params: OfUser,
    body: UserChange,
    answers: { 200: UserShape },
    errors: [404, 409],
  })
  async change(@Param() { username }: OfUser, @Body() change: UserChange) {
    return this.users.change(username, change);
  }

  @Delete(':username')
  @Operation({
    summary: 'Delete a user',
    permission: 'chasqui:manage-users',
    params: OfUser,
    answers: { 204: null },
    errors: [404, 409],
  })
  async delete(@Param() { username }: OfUser) {
    await this.users.delete(username);
  }

  @Put(':username/identities/:adapter')
  @Operation({
    summary: 'Say who a user is in a chat',
    permission: 'chasqui:manage-users',
    params: OfIdentity,
    body: NewIdentity,
    answers: { 200: UserShape },
    errors: [404, 409],
  })
  async identify(@Param() { username, adapter }: OfIdentity, @Body() identity: NewIdentity) {
    return this.users.identify(username, adapter, identity);
  }

  @Delete(':username/identities/:adapter')
  @Operation({
    summary: 'Take a chat identity from a user',
    permission: 'chasqui:manage-users',
    params: OfIdentity,
    query: WorkspaceQuery,
    answers: { 204: null },
    errors: [404],
  })
  async forget(@Param() { username, adapter }: OfIdentity, @Query() { workspace }: WorkspaceQuery) {
    await this.users.forget(username, adapter, workspace);
  }
}
