import { startRelay } from '@chasqui/relay/start-relay';
import { readConfig } from '@chasqui/relay/config';
import { tidyWhenIdle } from '@chasqui/memory';
import { createLogger, startTelemetry } from '@chasqui/telemetry';
import { connectBus } from '@chasqui/transport';
import { idleDriver } from './idle-driver.js';
import type { Mark } from './marks.js';

/** The relay as it is deployed, but for its driver, which does nothing and tells the benchmark when. */
const config = readConfig(process.env);
const logger = createLogger({ service: 'relay', level: config.logLevel });
await startTelemetry({ service: 'relay', instance: config.name });
const transport = await connectBus({ ...config.bus, clientId: 'bench-relay', log: logger });
let marks: Mark[] = [];
setInterval(() => {
  if (marks.length > 0) process.send?.(marks);
  marks = [];
}, 50);
const relay = await startRelay(config, {
  transport,
  logger,
  drivers: [idleDriver((mark) => marks.push(mark))],
});
tidyWhenIdle(() => relay.relay.steps);
process.on('SIGTERM', () => void relay.stop().then(() => process.exit()));
