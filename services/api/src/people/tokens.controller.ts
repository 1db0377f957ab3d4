import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, mustHold, type Principal } from '../http/principal.js';
import { IssuedToken, NewToken, OfToken, OfUser, TokenShape } from './shapes.js';
import { TokensService } from './tokens.service.js';

/** Everybody sees to their own tokens; those of others need `chasqui:manage-users`. */
@Controller('users/:username/tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Operation({
    summary: 'List the tokens of a user, without the tokens themselves',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Those of somebody else need `chasqui:manage-users`.',
    params: OfUser,
    answers: { 200: z.strictObject({ tokens: z.array(TokenShape) }) },
    errors: [403, 404],
  })
  async list(@Asker() asker: Principal, @Param() { username }: OfUser) {
    ownOrManaged(asker, username);
    return { tokens: await this.tokens.list(username) };
  }

  @Post()
  @Operation({
    summary: 'Make a token, which is shown this once',
    subject: 'token',
    permission: 'signed-in',
    scopedToo: true,
    besides:
      'It does no more than you may. One of somebody else needs `chasqui:manage-users` and scopes that you hold; only an administrator makes one without.',
    params: OfUser,
    body: NewToken,
    answers: { 201: IssuedToken },
    errors: [403, 404, 409, 422],
  })
  async issue(@Asker() asker: Principal, @Param() { username }: OfUser, @Body() token: NewToken) {
    ownOrManaged(asker, username);
    return this.tokens.issue(username, token, asker, new Date());
  }

  @Delete(':name')
  @Operation({
    summary: 'Revoke a token',
    subject: 'token',
    permission: 'signed-in',
    scopedToo: true,
    besides:
      'One of somebody else needs `chasqui:manage-users`, one of an administrator another administrator.',
    params: OfToken,
    answers: { 204: null },
    errors: [403, 404],
  })
  async revoke(@Asker() asker: Principal, @Param() { username, name }: OfToken) {
    ownOrManaged(asker, username);
    await this.tokens.revoke(username, name, asker);
  }
}

function ownOrManaged(asker: Principal, username: string): void {
  if (asker.username !== username) mustHold(asker, 'chasqui:manage-users');
}
