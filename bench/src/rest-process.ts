import { readConfig } from '@chasqui/api/config';
import { openDatabase } from '@chasqui/api/database';
import { startApi } from '@chasqui/api/start-api';
import { createLogger } from '@chasqui/telemetry';
import { MemoryTransport } from '@chasqui/transport';
import { tokenCheck } from './token-check.js';

/** The API in a process of its own over PostgreSQL, without a broker, which no `GET` needs. A message makes it measure the check of a token. */
const config = {
  ...readConfig(process.env),
  administrator: { token: process.env['CHASQUI_BENCH_TOKEN']! },
};
const logger = createLogger({ service: 'api', level: 'info' });
const dataSource = await openDatabase(config.database, () => undefined);
const transport = new MemoryTransport();
const metrics = async () => ({ contentType: 'text/plain', text: '' });
const api = await startApi({ config, dataSource, transport, logger, metrics });
logger.info({ url: api.url }, 'api ready');
process.on(
  'message',
  () => void tokenCheck(api, config.administrator.token).then((took) => process.send!(took)),
);
process.once('SIGTERM', () => {
  void api
    .stop()
    .then(() => dataSource.destroy())
    .then(() => process.exit());
});
