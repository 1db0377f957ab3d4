import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { nestLogger } from '@chasqui/telemetry';
import { HandBackErrors, TransportServer } from '@chasqui/transport';
import { NestFactory } from '@nestjs/core';
import type { RelayConfig } from './config.js';
import { Relay, type RelayParts } from './relay.js';
import { RelayModule } from './relay.module.js';

export interface RunningRelay {
  readonly relay: Relay;
  /** Lets what runs end, up to its grace, and tells the API before it goes. */
  readonly stop: () => Promise<void>;
}

/** Starts a relay on a transport that is open already: in a process of its own, or beside an API. Waits for a broker that is away. */
export async function startRelay(config: RelayConfig, parts: RelayParts): Promise<RunningRelay> {
  const made = await makeRelay(config, parts);
  await made.listen();
  return made;
}

/** A relay that does not listen yet; it can be asked how it is, and stopped, while `listen` waits for a broker. */
export async function makeRelay(
  config: RelayConfig,
  parts: RelayParts,
): Promise<RunningRelay & { listen(): Promise<void> }> {
  const { name } = config;
  const strategy = new TransportServer(parts.transport, {
    group: `relay.${name}`,
    instance: randomUUID(),
    params: { relay: name },
  });
  const app = await NestFactory.createMicroservice(RelayModule.with(config, parts), {
    strategy,
    logger: nestLogger(parts.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new HandBackErrors());
  const relay = app.get(Relay);
  return {
    relay,
    listen: async () => void (await app.listen()),
    stop: async () => {
      // First of all, and while orders can still be heard and refused: Nest stops listening before it asks anybody.
      await relay.drain();
      await app.close();
    },
  };
}
