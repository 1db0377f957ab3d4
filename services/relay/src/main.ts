import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { isOutage } from '@chasqui/contracts';
import { SettingsError } from '@chasqui/settings';
import { createLogger, nestLogger, serveHealth, startTelemetry } from '@chasqui/telemetry';
import { connectKafka, HandBackErrors, TransportServer } from '@chasqui/transport';
import { readConfig, type RelayProcessConfig } from './config.js';
import { Relay } from './relay.js';
import { RelayModule } from './relay.module.js';
import { version } from './version.js';

/** A relay as a process of its own, until it is told to stop. */
async function main(config: RelayProcessConfig): Promise<void> {
  const { name, logLevel, otlpEndpoint, health } = config;
  const logger = createLogger({ service: 'relay', level: logLevel });
  const telemetry = await startTelemetry({ service: 'relay', instance: name, otlpEndpoint, version });
  const transport = await connectKafka({ ...config.kafka, clientId: `chasqui-relay-${name}`, log: logger });
  const strategy = new TransportServer(transport, { group: `relay.${name}`, instance: randomUUID(), params: { relay: name } });
  const app = await NestFactory.createMicroservice(RelayModule.with(config, { transport, logger }), {
    strategy,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new HandBackErrors());
  const served = health && (await serveHealth({ ...health, checks: app.get(Relay).checks, metrics: telemetry.metrics }));

  const stop = once(async (signal: string) => {
    logger.info({ signal }, 'told to stop');
    // First of all, and while orders can still be heard and refused: Nest stops listening before it asks anybody.
    await app.get(Relay).drain();
    await app.close();
    await transport.close();
    await served?.close();
    await telemetry.stop();
    logger.info('stopped');
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

  logger.info({ relay: name, version, tags: config.tags, slots: config.slots, health: served?.port }, 'the relay starts');
  await app.listen();
}

/** The second and later calls do nothing. */
function once<A>(fn: (arg: A) => Promise<void>): (arg: A) => Promise<void> {
  let called: Promise<void> | undefined;
  return (arg) => (called ??= fn(arg));
}

try {
  await main(readConfig(process.env));
} catch (error) {
  const settings = error instanceof SettingsError;
  const why = isOutage(error) ? `${error.code}: ${String(error.facts['detail'] ?? '')}` : settings ? error.message : (error as Error).stack;
  process.stderr.write(`The relay cannot start. ${why}\n`);
  process.exit(settings ? 2 : 1);
}
