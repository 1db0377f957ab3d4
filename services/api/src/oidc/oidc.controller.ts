import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { tellOutcome } from '../http/outcome.js';
import { Problem } from '../http/problem.js';
import { home, ReturnTo } from '../sign-in/return-to.js';
import { SessionCookies } from '../sign-in/session-cookies.service.js';
import { Sessions } from '../sign-in/sessions.service.js';
import { SignedInToken } from '../sign-in/shapes.js';
import { whys, type Why } from '../sign-in/sign-in-page.js';
import { whenceOf } from '../sign-in/whence.js';
import { Oidc } from './oidc.service.js';
import { Provider } from './provider.service.js';

const BeginQuery = z.strictObject({ return_to: ReturnTo.optional() });

const DeviceCode = z
  .strictObject({
    deviceToken: z.string().describe('What to poll with; a secret.'),
    userCode: z.string(),
    verificationUri: z.string().describe('Where the person types the code.'),
    verificationUriComplete: z.string().optional().describe('The same with the code in it.'),
    expiresIn: z.number().describe('Seconds.'),
    interval: z.number().describe('Seconds between two polls.'),
  })
  .meta({ id: 'DeviceCode' });
const DevicePoll = z.strictObject({ deviceToken: z.string().min(1).max(200) });
const Pending = z.strictObject({ pending: z.literal(true) });

/** Coming in by the identity provider. */
@Controller('sign-in')
export class OidcController {
  constructor(
    private readonly oidc: Oidc,
    private readonly provider: Provider,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
  ) {}

  @Get('oidc')
  @Operation({
    summary: 'Send the browser to the identity provider',
    permission: 'public',
    query: BeginQuery,
    answers: { 303: null },
    errors: [404, 409],
  })
  async begin(
    @Query() { return_to: returnTo = home }: z.infer<typeof BeginQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.mustBeSet();
    const begun = await this.oidc.begin(returnTo);
    if ('why' in begun) return backToSignIn(reply, begun.why, returnTo);
    this.cookies.give(request, reply, 'flow', begun.secret);
    void reply.header('location', begun.url.href);
  }

  @Get('oidc/callback')
  @Operation({
    summary: 'Take the browser back from the identity provider',
    permission: 'public',
    query: z.looseObject({}),
    answers: { 303: null },
    errors: [404, 409],
  })
  async callback(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    this.mustBeSet();
    const secret = this.cookies.peek(request, 'flow');
    const { search } = new URL(request.url, 'http://here.invalid');
    const came = await this.oidc.finish(secret, search, whenceOf(request));
    if (secret !== undefined) this.cookies.take(request, reply, 'flow');
    tellOutcome(request, 'why' in came ? { code: came.why } : { user: came.username });
    if ('why' in came) return backToSignIn(reply, came.why, came.returnTo);
    const before = this.cookies.peek(request, 'session');
    this.cookies.give(request, reply, 'session', came.session.text, came.session.expiresAt);
    if (before !== undefined) await this.sessions.endByText(before);
    void reply.header('location', came.returnTo);
  }

  @Post('device')
  @Operation({
    summary: 'Begin to sign in on a device: somebody types its code at the identity provider',
    permission: 'public',
    limit: 'sign-in',
    answers: { 200: DeviceCode },
    errors: [404, 409, 429, 503],
  })
  async beginDevice() {
    this.mustBeSet();
    const begun = await this.oidc.beginDevice();
    if ('why' in begun) throw refused(begun.why);
    return begun;
  }

  @Post('device/poll')
  @Operation({
    summary: 'Ask whether the code was typed by now',
    permission: 'public',
    body: DevicePoll,
    answers: { 200: SignedInToken, 202: Pending },
    errors: [403, 404, 503],
  })
  async pollDevice(
    @Body() { deviceToken }: z.infer<typeof DevicePoll>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.mustBeSet();
    const step = await this.oidc.pollDevice(deviceToken, whenceOf(request));
    if (step.kind === 'pending') {
      void reply.status(202);
      return { pending: true as const };
    }
    if (step.kind === 'over') throw refused(step.why);
    const { session, username } = step;
    tellOutcome(request, { user: username });
    return { username, token: session.text, expiresAt: session.expiresAt.toISOString() };
  }

  private mustBeSet(): void {
    if (this.provider.settings) return;
    throw new Problem(
      404,
      'no-identity-provider',
      'No identity provider is set up here; sign in with your user name and password.',
    );
  }
}

function backToSignIn(reply: FastifyReply, why: Why, returnTo: string | undefined): void {
  const again = new URLSearchParams({
    why,
    ...(returnTo !== undefined && returnTo !== home && { return_to: returnTo }),
  });
  void reply.header('location', `/sign-in?${again.toString()}`);
}

function refused(why: Why): Problem {
  return new Problem(why === 'oidc-away' ? 503 : 403, why, whys[why]);
}
