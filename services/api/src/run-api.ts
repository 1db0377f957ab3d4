import 'reflect-metadata';
import { tidyWhenIdle } from '@chasqui/memory';
import { createLogger, startTelemetry } from '@chasqui/telemetry';
import { connectKafka } from '@chasqui/transport';
import type { ApiProcessConfig } from './config.js';
import { openDatabase } from './database.js';
import { Events } from './events.js';
import { newId } from './ids.js';
import { startApi } from './start-api.js';

/** The API as a process of its own, over Kafka and PostgreSQL. */
export async function runApi(config: ApiProcessConfig): Promise<void> {
  const logger = createLogger({ service: 'api', level: config.logLevel });
  const stopping = new AbortController();
  let ready = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopping.abort();
      if (ready) return;
      // What it waits for may stay away for hours, and nothing has been begun that a next start would not find and finish.
      logger.info({ signal }, 'told to stop before it was ready');
      process.exit();
    });
  }

  const telemetry = await startTelemetry({
    service: 'api',
    instance: newId(),
    otlpEndpoint: config.otlpEndpoint,
  });
  const [dataSource, transport] = await Promise.all([
    openDatabase(config.database, (sentence) => logger.warn(sentence), stopping.signal),
    connectKafka({ ...config.kafka, clientId: 'chasqui-api', log: logger }),
  ]);
  const api = await startApi({
    config,
    dataSource,
    transport,
    logger,
    metrics: () => telemetry.metrics(),
    ...(config.bootstrapToken === undefined && { tellAdmin }),
  });
  ready = true;
  logger.warn('REST is served without TLS: put it behind a proxy that has it, and let nobody else reach it');
  logger.info({ url: api.url }, 'api ready');
  const events = api.get(Events);
  tidyWhenIdle(() => events.steps);

  if (!stopping.signal.aborted)
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  logger.info('api stopping');
  await api.stop();
  await transport.close();
  await dataSource.destroy();
  await telemetry.stop();
}

function tellAdmin(token: string): void {
  process.stderr.write(
    `\nThe first administrator is "admin". This token is shown once; keep it:\n\n    ${token}\n\n`,
  );
}
