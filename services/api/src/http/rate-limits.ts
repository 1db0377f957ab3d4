import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';
import { Pace, type TooOften } from '../pace.js';
import { CONFIG } from '../parts.js';
import { networkOf } from './network-of.js';
import type { Principal } from './principal.js';
import { Problem } from './problem.js';

/**
 * How often things may be asked for: by an address before anything else is looked at, then by a user and by a token. In memory and for this
 * instance alone, so that it costs a microsecond. Reading is next to free; changes, sign-in and tokens that are none have limits of their own.
 */
@Injectable()
export class RateLimits {
  private readonly addresses: Record<Kind, Pace>;
  private readonly users: Record<Kind, Pace>;
  private readonly tokens: Record<Kind, Pace>;
  private readonly signIns: Pace;
  private readonly unknown: Pace;

  constructor(@Optional() @Inject(CONFIG) config?: ApiConfig) {
    const { reads, writes, signIn, unknown } = config?.rates ?? {};
    const both = (times: number): Record<Kind, Pace> => ({
      reads: new Pace(reads && { ...reads, most: reads.most * times }),
      writes: new Pace(writes && { ...writes, most: writes.most * times }),
    });
    // Many people come from one address: an office, a proxy.
    this.addresses = both(2);
    this.users = both(1);
    this.tokens = both(1);
    this.signIns = new Pace(signIn);
    this.unknown = new Pace(unknown);
  }

  /** Of any request, before it is read. @throws Problem 429 */
  byAddress(request: FastifyRequest, now = Date.now()): void {
    const address = networkOf(request.ip);
    refuse(this.unknown.spent(address, now), 'requests with tokens that are none');
    refuse(this.addresses[kindOf(request)].take(address, now), `requests from ${address}`);
    if ((request.routeOptions.config as { limit?: string } | undefined)?.limit === 'sign-in')
      refuse(this.signIns.take(address, now), `attempts to sign in from ${address}`);
  }

  /** Of a request whose asker is known. @throws Problem 429 */
  byAsker(request: FastifyRequest, asker: Principal, now = Date.now()): void {
    const kind = kindOf(request);
    refuse(this.users[kind].take(asker.id, now), `requests of ${asker.username}`);
    if (asker.tokenId) refuse(this.tokens[kind].take(asker.tokenId, now), 'requests with this token');
  }

  /** A token, or a session, was none: who tries many is not heard for a while. */
  wasUnknown(request: FastifyRequest, now = Date.now()): void {
    this.unknown.take(networkOf(request.ip), now);
  }
}

type Kind = 'reads' | 'writes';

function kindOf({ method }: FastifyRequest): Kind {
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes';
}

function refuse(tooOften: TooOften | undefined, what: string): void {
  if (!tooOften) return;
  const seconds = Math.ceil(tooOften.retryAfterMs / 1000);
  throw new Problem(
    429,
    'too-many-requests',
    `There are too many ${what}; wait ${seconds} s, and ask less often.`,
    { retryAfterSeconds: seconds },
  );
}
