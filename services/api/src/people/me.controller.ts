import { Controller, Get } from '@nestjs/common';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { Me } from './shapes.js';
import { UsersService } from './users.service.js';

@Controller('me')
export class MeController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Operation({
    summary: 'Show who you are and what you hold',
    permission: 'signed-in',
    scopedToo: true,
    answers: { 200: Me },
  })
  async show(@Asker() { username, groups, roles, permissions, scoped, scopes }: Principal) {
    return {
      user: await this.users.shown(username),
      groups: [...groups],
      roles: [...roles],
      permissions: [...permissions],
      limited: [...scoped],
      ...(scopes && { scopes: [...scopes] }),
    };
  }
}
