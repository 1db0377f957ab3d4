import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { credentialOf } from '@chasqui/chat';
import { whyNotStarted } from '@chasqui/settings';
import { createLogger, serveHealth, startTelemetry } from '@chasqui/telemetry';
import { connectBus } from '@chasqui/transport';
import { readConfig } from './config.js';
import { runAdapter } from './run-adapter.js';
import { SlackChat } from './slack-chat.js';

/** The Slack adapter as a process of its own, over Kafka. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const credential = await credentialOf(config.token, config.previousToken);
  const logger = createLogger({ service: 'adapter-slack', level: config.logLevel, secrets: config.secrets });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

  const telemetry = await startTelemetry({
    service: 'adapter-slack',
    instance: randomUUID(),
    otlpEndpoint: config.otlpEndpoint,
  });
  const transport = await connectBus({ ...config.bus, clientId: 'chasqui-adapter-slack', log: logger });
  const chat = new SlackChat(config.slack, logger);
  const health = await serveHealth({
    ...config.http,
    checks: {
      slack: async () => chat.connected() || 'not connected to Slack',
      broker: async () => transport.connected() || 'the broker does not answer',
    },
    metrics: () => telemetry.metrics(),
  });
  logger.info({ health: `http://${config.http.host}:${health.port}/health/ready` }, 'adapter-slack starting');
  try {
    await runAdapter({ chat, credential, transport, logger }, stopping.signal);
    logger.info('adapter-slack stopped');
  } finally {
    await transport.close();
    await health.close();
    await telemetry.stop();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    const { why, exitCode } = whyNotStarted(error);
    process.stderr.write(`the Slack adapter stopped: ${why}\n`);
    process.exit(exitCode);
  },
);
