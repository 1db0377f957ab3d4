import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Operation } from './operation.js';
import { Problem } from './problem.js';
import { RateLimits } from './rate-limits.js';

/** How large a body may be whose operation does not say. Bytes. */
const usualBodyBytes = 128 * 1024;

/** The longest address of a request, with its query. Characters. */
const urlChars = 8 * 1024;

/**
 * What stands before every route: headers that keep browsers from mischief, how often and how much may be sent. To be called before the
 * routes are made. A page that needs a policy of its own sets that header itself.
 * @param secure everybody comes by TLS, and browsers may be told to remember that
 */
export async function protect(app: NestFastifyApplication, { secure }: { secure: boolean }): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  const limits = app.get(RateLimits);
  fastify.addHook('onRoute', (route) => {
    const { bodyBytes } = (route.config ?? {}) as Pick<Operation, 'bodyBytes'>;
    route.bodyLimit = bodyBytes ?? usualBodyBytes;
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
      },
    },
    strictTransportSecurity: secure && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    try {
      if (request.url.length > urlChars) throw tooLong;
      limits.byAddress(request);
      done();
    } catch (problem) {
      done(problem as Error);
    }
  });
}

const tooLong = new Problem(
  414,
  'too-large',
  `The address is too long: at most ${urlChars.toLocaleString('en-US')} characters.`,
  {
    most: urlChars,
  },
);
