import type { INestApplication, INestMicroservice } from '@nestjs/common';
import type { Transport } from '../transport.js';
import { HandBackErrors } from './hand-back-errors.js';
import { TransportServer, type TransportServerOptions } from './transport-server.js';

/**
 * Plugs the transport into a Nest application: its controllers' `@EventPattern` methods become consumers once
 * `app.startAllMicroservices()` is called. The application's global pipes, guards and interceptors are for HTTP; give those
 * meant for messages to what this returns.
 */
export function consume(
  app: INestApplication,
  transport: Transport,
  options: TransportServerOptions & {
    /** Gives what a consumer threw its name: an `Outage` for a driver's error that is one. */
    readonly named?: (error: unknown) => unknown;
  },
): INestMicroservice {
  const strategy = new TransportServer(transport, options);
  return app
    .connectMicroservice({ strategy }, { deferInitialization: true })
    .useGlobalFilters(new HandBackErrors(options.named));
}
