import { randomUUID } from 'node:crypto';
import { setTimeout as later } from 'node:timers/promises';
import type { RunningApi } from '@chasqui/api/start-api';
import { RelayBoard } from '@chasqui/api/relays/board.service';
import { RelayModule } from '@chasqui/relay/relay.module';
import type { RelayConfig } from '@chasqui/relay/config';
import { readRelayToken } from '@chasqui/sealing';
import { nestLogger, type Logger } from '@chasqui/telemetry';
import { HandBackErrors, TransportServer, type Transport } from '@chasqui/transport';
import { NestFactory } from '@nestjs/core';

export interface LocalRelay {
  readonly name: string;
  /** What it can run. */
  readonly drivers: readonly string[];
  stop(): Promise<void>;
}

/** How long a relay in this process may take to be known to an API in this process, in milliseconds. */
const soonMs = 10_000;

/** A relay in this process. Resolves once the API has heard it, so that the first command already finds it. */
export async function startLocalRelay(
  settings: { readonly token: string } & Partial<RelayConfig> & Pick<RelayConfig, 'policy' | 'stateFolder'>,
  parts: { readonly transport: Transport; readonly logger: Logger },
  api: RunningApi,
): Promise<LocalRelay> {
  const { relay: name, secret } = readRelayToken(settings.token)!;
  const config: RelayConfig = {
    name,
    secret,
    tags: ['local'],
    slots: 8,
    dockerHost: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
    graceMs: 2_000,
    ...settings,
  };
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
  await app.listen();
  const board = api.get(RelayBoard);
  for (
    const deadline = Date.now() + soonMs;
    board.get(name)?.lastSeenAt === undefined || board.get(name)!.heartbeat?.relay !== name;
  ) {
    if (Date.now() > deadline)
      throw new Error(`the relay ${name} was started and the API did not hear it within ${soonMs / 1000} s`);
    await later(2);
  }
  return { name, drivers: board.get(name)!.heartbeat!.drivers, stop: () => app.close() };
}
