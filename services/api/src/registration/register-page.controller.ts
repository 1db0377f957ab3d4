import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../http/authenticator.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { tellOutcome } from '../http/outcome.js';
import { Problem } from '../http/problem.js';
import { FormBody, readForm } from '../sign-in/form.js';
import { pageHeaders } from '../sign-in/page.js';
import { SessionCookies } from '../sign-in/session-cookies.service.js';
import { codePage, joinedPage, whoPage } from './register-page.js';
import { personOnly } from './registration-problems.js';
import { Registrations } from './registrations.service.js';
import { CodeToConfirm, CodeToLook } from './shapes.js';

const html = { contentType: 'text/html', description: 'A page.' };

/** What a page sends back, by whoever is signed in. */
const takesForm = {
  permission: 'signed-in',
  body: FormBody,
  takesText: true,
  answers: { 200: html, 422: html },
  errors: [403],
} as const;

/** The same as `/registrations`, for a browser: the code is typed, who it is of is shown, and only then is it confirmed. */
@Controller('register')
export class RegisterPageController {
  constructor(
    private readonly registrations: Registrations,
    private readonly cookies: SessionCookies,
    private readonly authenticator: Authenticator,
  ) {}

  @Get()
  @Operation({
    summary: 'Show the page where people enter the code of a chat',
    permission: 'public',
    answers: { 200: html, 303: null },
  })
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const text = this.cookies.peek(request, 'session');
    const asker = text === undefined ? undefined : await this.authenticator.whoIs(text);
    if (!asker?.active) {
      void reply.status(303).header('location', '/sign-in?return_to=/register');
      return undefined;
    }
    void reply.headers(pageHeaders());
    return codePage(asker.username);
  }

  @Post()
  @Operation({
    summary: 'Take the code from that page, and show who asked for it',
    ...takesForm,
  })
  async look(
    @Asker() asker: Principal,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    personOnly(asker);
    return this.answer(asker, request, reply, async () => {
      const { code } = readForm(body, CodeToLook);
      return whoPage(asker.username, code, await this.registrations.look(asker, code));
    });
  }

  @Post('confirm')
  @Operation({
    summary: 'Take the answer of that page, and join who was shown on it',
    subject: 'own-identities',
    ...takesForm,
  })
  async confirm(
    @Asker() asker: Principal,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    personOnly(asker);
    return this.answer(asker, request, reply, async () => {
      const { code, ...who } = readForm(body, CodeToConfirm);
      return joinedPage(asker.username, await this.registrations.confirm(asker, code, who));
    });
  }

  /** A page, and where a code does not do the first one again, with the reason. */
  private async answer(
    asker: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    shown: () => Promise<string>,
  ): Promise<string> {
    void reply.headers(pageHeaders());
    try {
      return await shown();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      tellOutcome(request, { code: thrown.code });
      void reply.status(422);
      const empty = thrown.code === 'bad-request';
      return codePage(asker.username, empty ? 'Enter the code that the chat showed you.' : thrown.message);
    }
  }
}
