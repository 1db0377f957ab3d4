import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
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
    summary: 'Make a user, a person or a service account',
    subject: 'user',
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
    return this.users.shown(username);
  }

  @Patch(':username')
  @Operation({
    summary: 'Change a user, and leave what is not given as it is',
    subject: 'user',
    permission: 'chasqui:manage-users',
    besides:
      'To let somebody in again, or to change their e-mail address, you must hold all that they hold; only administrators change administrators.',
    params: OfUser,
    body: UserChange,
    answers: { 200: UserShape },
    errors: [404, 409],
  })
  async change(@Param() { username }: OfUser, @Body() change: UserChange, @Asker() asker: Principal) {
    return this.users.change(username, change, asker);
  }

  @Delete(':username')
  @Operation({
    summary: 'Delete a user',
    subject: 'user',
    permission: 'chasqui:manage-users',
    besides: 'Only administrators delete administrators.',
    params: OfUser,
    answers: { 204: null },
    errors: [404, 409],
  })
  async delete(@Param() { username }: OfUser, @Asker() asker: Principal) {
    await this.users.delete(username, asker);
  }

  @Put(':username/identities/:adapter')
  @Operation({
    summary: 'Say who a user is in a chat',
    subject: 'user',
    permission: 'chasqui:manage-users',
    besides: 'You must hold all that the user holds.',
    params: OfIdentity,
    body: NewIdentity,
    answers: { 200: UserShape },
    errors: [404, 409, 422],
  })
  async identify(
    @Param() { username, adapter }: OfIdentity,
    @Body() identity: NewIdentity,
    @Asker() asker: Principal,
  ) {
    return this.users.identify(username, adapter, identity, asker);
  }

  @Delete(':username/identities/:adapter')
  @Operation({
    summary: 'Take a chat identity from a user',
    subject: 'user',
    permission: 'chasqui:manage-users',
    params: OfIdentity,
    query: WorkspaceQuery,
    answers: { 204: null },
    errors: [404],
  })
  async forget(
    @Param() { username, adapter }: OfIdentity,
    @Query() { workspace }: WorkspaceQuery,
    @Asker() asker: Principal,
  ) {
    await this.users.forget(username, adapter, workspace, asker);
  }
}
