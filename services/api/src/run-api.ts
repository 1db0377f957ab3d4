import 'reflect-metadata';
import { tidyWhenIdle } from '@chasqui/memory';
import { createLogger, startTelemetry } from '@chasqui/telemetry';
import { connectBus } from '@chasqui/transport';
import type { ApiProcessConfig } from './config.js';
import { openDatabase } from './database.js';
import { couldTamper } from './database-roles.js';
import { Events } from './events.js';
import { newId } from './ids.js';
import { onceItAnswers } from './once-it-answers.js';
import { startApi } from './start-api.js';
import { warnOfPlainHttp } from './warn-of-plain-http.js';

/** The API as a process of its own, over Kafka and PostgreSQL. */
export async function runApi(config: ApiProcessConfig): Promise<void> {
  const logger = createLogger({ service: 'api', level: config.logLevel, secrets: config.secrets });
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

  const say = (sentence: string) => logger.warn(sentence);
  const telemetry = await startTelemetry({
    service: 'api',
    instance: newId(),
    otlpEndpoint: config.otlpEndpoint,
  });
  const [dataSource, transport] = await Promise.all([
    openDatabase(config.database, say, stopping.signal),
    connectBus({ ...config.bus, clientId: 'chasqui-api', log: logger }),
  ]);
  if (await onceItAnswers(() => couldTamper(dataSource), say, stopping.signal)) logger.warn(tamperable);
  const api = await startApi({
    config,
    dataSource,
    transport,
    logger,
    metrics: () => telemetry.metrics(),
    tellBootstrapToken,
  });
  ready = true;
  if (!config.http.secure) warnOfPlainHttp(logger, api.url!);
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

function tellBootstrapToken(token: string): void {
  process.stderr.write(
    `\nNobody administers this yet. With this token, which is good until somebody does, "chasqui bootstrap" makes the first administrator:\n\n    ${token}\n\n`,
  );
}

const tamperable =
  'the role that this service has in the database could change the audit log: give it a role of its own, with DATABASE_USER, and the one that owns the tables to DATABASE_MIGRATION_USER; docs/guide/audit.md says how';
