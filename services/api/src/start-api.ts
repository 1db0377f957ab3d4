import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { nestLogger } from '@chasqui/telemetry';
import { consume } from '@chasqui/transport';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module.js';
import { named } from './database-faults.js';
import type { ApiParts } from './parts.js';
import { firstStart, type FirstStart } from './first-start.js';
import { expiryOf, followCertificate } from './http/certificate.js';
import { httpAdapter } from './http/http-adapter.js';
import { protect } from './http/protect.js';
import { newId } from './ids.js';
import { onceItAnswers } from './once-it-answers.js';

export interface RunningApi {
  /** Where it listens; undefined where it was told not to. */
  readonly url?: string;
  /** What the first start made, if this was it. */
  readonly first: FirstStart;
  /** A part of it, by its class. */
  get<T>(part: Type<T>): T;
  stop(): Promise<void>;
}

/** Starts the API: what a first start makes, the consumers, and the HTTP service unless `listen` is false. */
export async function startApi(parts: ApiParts, options: { listen?: boolean } = {}): Promise<RunningApi> {
  const { config, transport } = parts;
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with(parts),
    httpAdapter({ place: config.http }),
    {
      bodyParser: false,
      logger: nestLogger(parts.logger),
      forceCloseConnections: true,
    },
  );
  await protect(app, { secure: config.http.secure === true });
  consume(app, transport, { group: 'api', instance: newId(), named });
  await app.init();
  const first = await onceItAnswers(
    () => firstStart(app, parts),
    (sentence) => parts.logger.warn(sentence),
  );
  const { tls } = config.http;
  const server = app.getHttpServer();
  const stopFollowing = tls && followCertificate(server as Server, tls, parts.logger);
  const stop = () => {
    stopFollowing?.();
    return app.close();
  };
  const running = { first, get: <T>(part: Type<T>) => app.get(part), stop };
  if (options.listen === false) {
    await app.startAllMicroservices();
    return running;
  }
  // Consuming may have to wait for a broker. Who asks meanwhile hears so, and need not think that nothing lives here.
  await app.listen(config.http.port, config.http.host);
  await app.startAllMicroservices();
  const { port } = server.address() as AddressInfo;
  const host = config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host;
  const amiss = tls && expiryOf(tls, Date.now());
  if (amiss) parts.logger.error(amiss);
  return { ...running, url: `${tls ? 'https' : 'http'}://${host}:${port}` };
}
