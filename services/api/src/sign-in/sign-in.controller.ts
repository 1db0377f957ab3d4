import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Authenticator } from '../http/authenticator.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { tellOutcome } from '../http/outcome.js';
import { Problem } from '../http/problem.js';
import { Leaving } from '../oidc/leaving.service.js';
import { Provider } from '../oidc/provider.service.js';
import { CONFIG } from '../parts.js';
import { FormBody, readForm } from './form.js';
import { pageHeaders } from './page.js';
import { home, ReturnTo } from './return-to.js';
import { SessionCookies } from './session-cookies.service.js';
import { Sessions } from './sessions.service.js';
import { Credentials, SignedIn, SignedInToken, SignedOut, SignInMethods } from './shapes.js';
import { usualSignIn } from './sign-in-config.js';
import { signedInPage, signInPage, whys, type Why } from './sign-in-page.js';
import { signInProblems } from './sign-in-problems.js';
import { SignIn } from './sign-in.service.js';
import { whenceOf } from './whence.js';

const html = { contentType: 'text/html', description: 'A page.' };
const PageQuery = z.looseObject({
  return_to: ReturnTo.optional(),
  why: z.string().optional().describe('Why somebody is here again.'),
});
const SignInForm = Credentials.extend({ return_to: ReturnTo.optional() });

/** Coming in with a user name and a password, and leaving, however one came. */
@Controller()
export class SignInController {
  constructor(
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
    private readonly authenticator: Authenticator,
    private readonly provider: Provider,
    private readonly leaving: Leaving,
  ) {}

  @Get('sign-in/methods')
  @Operation({
    summary: 'Say how people sign in here',
    permission: 'public',
    answers: { 200: SignInMethods },
  })
  methods() {
    const { settings } = this.provider;
    return {
      password: (this.config.signIn ?? usualSignIn).passwords,
      ...(settings && { provider: { name: settings.name, issuer: settings.issuer } }),
    };
  }

  @Post('sign-in')
  @Operation({
    summary: 'Sign in with a user name and a password, for a session in a cookie',
    permission: 'public',
    limit: 'sign-in',
    body: Credentials,
    answers: { 200: SignedIn },
    errors: [401, 403, 409, 429],
  })
  async withPassword(
    @Body() credentials: Credentials,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    // Signing somebody else in from another site's page would make them work as whoever that site likes.
    if (request.headers.origin !== undefined) this.cookies.mustBeOurs(request);
    const { username, expiresAt } = await this.begin(credentials, request, reply);
    return { username, expiresAt: expiresAt.toISOString() };
  }

  @Post('sign-in/token')
  @Operation({
    summary: 'Sign in with a user name and a password, for a session that is sent as a token',
    permission: 'public',
    limit: 'sign-in',
    body: Credentials,
    answers: { 200: SignedInToken },
    errors: [401, 409, 429],
  })
  async withPasswordForToken(@Body() credentials: Credentials, @Req() request: FastifyRequest) {
    tellOutcome(request, { user: credentials.username });
    const { username, text, expiresAt } = await this.signIn.byPassword(credentials, 'cli', whenceOf(request));
    return { username, token: text, expiresAt: expiresAt.toISOString() };
  }

  @Get('sign-in')
  @Operation({
    summary: 'Show the page where people sign in',
    permission: 'public',
    query: PageQuery,
    answers: { 200: html },
  })
  show(
    @Query() { why, return_to: returnTo }: z.infer<typeof PageQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { password, provider } = this.methods();
    void reply.headers(pageHeaders());
    return signInPage({
      passwords: password,
      ...(provider && { provider: provider.name }),
      ...(returnTo !== undefined && { returnTo }),
      ...(why !== undefined && Object.hasOwn(whys, why) && { why: why as Why }),
    });
  }

  @Post('sign-in/form')
  @Operation({
    summary: 'Take the form of that page, and send the browser on',
    permission: 'public',
    limit: 'sign-in',
    body: FormBody,
    takesText: true,
    answers: { 303: null },
    errors: [403, 429],
  })
  async withForm(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.cookies.mustBeOurs(request);
    const { return_to: returnTo, ...credentials } = readForm(body, SignInForm);
    try {
      await this.begin(credentials, request, reply);
      void reply.header('location', returnTo ?? home);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || !Object.hasOwn(whys, thrown.code)) throw thrown;
      tellOutcome(request, { code: thrown.code });
      const again = new URLSearchParams({ why: thrown.code, ...(returnTo && { return_to: returnTo }) });
      void reply.header('location', `/sign-in?${again.toString()}`);
    }
  }

  @Get('signed-in')
  @Operation({
    summary: 'Show who is signed in',
    permission: 'public',
    answers: { 200: html, 303: null },
  })
  async showSignedIn(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const text = this.cookies.peek(request, 'session');
    const asker = text === undefined ? undefined : await this.authenticator.whoIs(text);
    if (!asker?.active) {
      void reply.status(303).header('location', '/sign-in');
      return undefined;
    }
    const provider = this.provider.settings && (await this.provider.signOutOrigin());
    void reply.headers(pageHeaders(provider === undefined ? [] : [provider]));
    return signedInPage(asker);
  }

  @Post('sign-out')
  @Operation({
    summary: 'End the session that you come in',
    permission: 'signed-in',
    answers: { 200: SignedOut },
    errors: [403, 409],
  })
  async signOut(
    @Asker() asker: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (asker.sessionId === undefined) throw signInProblems.noSession();
    const atProvider = await this.leaving.end(asker.sessionId);
    if (this.cookies.peek(request, 'session') !== undefined) this.cookies.take(request, reply, 'session');
    return { ...(atProvider && { signOutAt: atProvider.href }) };
  }

  @Post('sign-out/form')
  @Operation({
    summary: 'End the session of this browser, and send it on',
    permission: 'public',
    body: FormBody,
    takesText: true,
    answers: { 303: null },
    errors: [403],
  })
  async signOutForm(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    this.cookies.mustBeOurs(request);
    const text = this.cookies.peek(request, 'session');
    const asker = text === undefined ? undefined : await this.authenticator.whoIs(text);
    const atProvider = asker?.sessionId && (await this.leaving.end(asker.sessionId));
    this.cookies.take(request, reply, 'session');
    void reply.header('location', atProvider ? atProvider.href : '/signed-out');
  }

  @Get('signed-out')
  @Operation({
    summary: 'Show somebody who has signed out the page where people sign in',
    permission: 'public',
    query: z.looseObject({}),
    answers: { 303: null },
  })
  signedOut(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('location', '/sign-in?why=signed-out');
  }

  /** With a new session in the place of any that the browser had. */
  private async begin(credentials: Credentials, request: FastifyRequest, reply: FastifyReply) {
    const before = this.cookies.peek(request, 'session');
    tellOutcome(request, { user: credentials.username });
    const session = await this.signIn.byPassword(credentials, 'browser', whenceOf(request));
    this.cookies.give(request, reply, 'session', session.text, session.expiresAt);
    if (before !== undefined) await this.sessions.endByText(before);
    return session;
  }
}
