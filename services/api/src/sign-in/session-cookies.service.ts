import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';
import { isLoopback } from '../http/is-loopback.js';
import { SessionReader } from '../http/session-reader.js';
import { CONFIG } from '../parts.js';
import { cookieIn, setCookie } from './cookie.js';
import { signInProblems } from './sign-in-problems.js';

/**
 * The cookies we give to browsers. `__Host-` keeps them to this very host and to HTTPS (RFC 6265bis §4.1.3.2); over plain HTTP, which only a
 * browser on this machine may use, there can be no such name.
 */
@Injectable()
export class SessionCookies extends SessionReader {
  constructor(@Inject(CONFIG) private readonly config: ApiConfig) {
    super();
  }

  read(request: FastifyRequest): string | undefined {
    const text = this.peek(request, 'session');
    if (text !== undefined && !['GET', 'HEAD', 'OPTIONS'].includes(request.method)) this.mustBeOurs(request);
    return text;
  }

  /** What a cookie holds, whatever the request wants. */
  peek(request: FastifyRequest, cookie: OurCookie): string | undefined {
    const { cookie: header } = request.headers;
    if (header === undefined) return undefined;
    const text = cookieIn(header, this.nameFor(request, cookie));
    return text !== undefined && /^[\x21-\x7e]{1,512}$/.test(text) ? text : undefined;
  }

  /** @throws Problem 409 where the connection is neither HTTPS nor from this machine */
  give(request: FastifyRequest, reply: FastifyReply, cookie: OurCookie, text: string, expires?: Date): void {
    const secure = this.isSecure(request);
    if (!secure && !isLoopback(request.hostname)) throw signInProblems.insecure();
    this.set(request, reply, cookie, text, { ...(expires && { expires }) });
  }

  take(request: FastifyRequest, reply: FastifyReply, cookie: OurCookie): void {
    this.set(request, reply, cookie, '', { expires: new Date(0) });
  }

  /**
   * What changes something by a cookie must come from a page of ours. Browsers say where a request comes from, and no page can make them say
   * otherwise (Fetch Metadata, and `Origin` of those that have no such thing); who says neither is no browser and has no cookie of ours.
   * @throws Problem 403
   */
  mustBeOurs(request: FastifyRequest): void {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined ? site === 'same-origin' : this.isOurs(request.headers.origin, request)) return;
    throw signInProblems.crossSite();
  }

  private isOurs(origin: string | undefined, request: FastifyRequest): boolean {
    if (origin === undefined || !URL.canParse(origin)) return false;
    const { publicUrl } = this.config;
    return origin === publicUrl?.origin || new URL(origin).host === request.headers.host;
  }

  private set(
    request: FastifyRequest,
    reply: FastifyReply,
    cookie: OurCookie,
    text: string,
    more: { expires?: Date },
  ): void {
    // Lax, since strict would hide it from the page that the identity provider sends people to; what changes something is checked above.
    void reply.header(
      'set-cookie',
      setCookie(this.nameFor(request, cookie), text, { secure: this.isSecure(request), ...more }),
    );
  }

  private nameFor(request: FastifyRequest, cookie: OurCookie): string {
    return `${this.isSecure(request) ? '__Host-' : ''}chasqui-${cookie}`;
  }

  /** A proxy that ends TLS says so by the address that people use. On this machine one may also come past it. */
  private isSecure(request: FastifyRequest): boolean {
    if (request.protocol === 'https') return true;
    const behindProxy = this.config.http.secure === true || this.config.publicUrl?.protocol === 'https:';
    return behindProxy && !isLoopback(request.hostname);
  }
}

/** `session` is who somebody is; `flow` is that it is the same browser that comes back from the identity provider. */
type OurCookie = 'session' | 'flow';
