import { Body, Controller, Post } from '@nestjs/common';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { personOnly } from './registration-problems.js';
import { Registrations } from './registrations.service.js';
import { Candidate, CodeToConfirm, CodeToLook, JoinedIdentity } from './shapes.js';

/** The code that a chat showed, entered by somebody who is signed in. Codes stand in bodies, so that no log of addresses has one. */
@Controller('registrations')
export class RegistrationsController {
  constructor(private readonly registrations: Registrations) {}

  @Post('look')
  @Operation({
    summary: 'Show who in which chat asked for a code',
    permission: 'signed-in',
    body: CodeToLook,
    answers: { 200: Candidate },
    errors: [403, 404, 429],
  })
  async look(@Asker() asker: Principal, @Body() { code }: CodeToLook) {
    personOnly(asker);
    return this.registrations.look(asker, code);
  }

  @Post('confirm')
  @Operation({
    summary: 'Say that whoever asked for a code is you',
    subject: 'own-identities',
    permission: 'signed-in',
    besides:
      'From then on they may do in that chat all that you may. The body names who is to be joined, so that nothing is joined unseen.',
    body: CodeToConfirm,
    answers: { 200: JoinedIdentity },
    errors: [403, 404, 409, 429],
  })
  async confirm(@Asker() asker: Principal, @Body() { code, ...who }: CodeToConfirm) {
    personOnly(asker);
    return this.registrations.confirm(asker, code, who);
  }
}
