import { tidyWhenIdle } from '@chasqui/memory';
import { createLogger, serveHealth, startTelemetry } from '@chasqui/telemetry';
import { connectBus } from '@chasqui/transport';
import type { RelayProcessConfig } from './config.js';
import { makeRelay } from './start-relay.js';
import { version } from './version.js';

/** A relay as a process of its own, until it is told to stop. */
export async function runRelay(config: RelayProcessConfig): Promise<void> {
  const { name, logLevel, otlpEndpoint, health } = config;
  const logger = createLogger({ service: 'relay', level: logLevel, secrets: config.secrets });
  const telemetry = await startTelemetry({ service: 'relay', instance: name, otlpEndpoint, version });
  const transport = await connectBus({ ...config.bus, clientId: `chasqui-relay-${name}`, log: logger });
  const made = await makeRelay(config, { transport, logger });
  const metrics = () => telemetry.metrics();
  const served = health && (await serveHealth({ ...health, checks: made.relay.checks, metrics }));

  const end = once(async (signal: string) => {
    logger.info({ signal }, 'told to stop');
    await made.stop();
    await transport.close();
    await served?.close();
    await telemetry.stop();
    logger.info('stopped');
    // A client of a broker that is away goes on trying for a while.
    process.exit();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  process.on('SIGHUP', () => void made.relay.policy.readAgain());

  const { tags, slots } = config;
  logger.info({ relay: name, version, tags, slots, health: served?.port }, 'the relay starts');
  await made.listen();
  tidyWhenIdle(() => made.relay.steps);
}

/** The second and later calls do nothing. */
function once<A>(fn: (arg: A) => Promise<void>): (arg: A) => Promise<void> {
  let called: Promise<void> | undefined;
  return (arg) => (called ??= fn(arg));
}
