export { createLogger, type Logger, type LoggerSettings } from './create-logger.js';
export { nestLogger } from './nest-logger.js';
export {
  startTelemetry,
  type Telemetry,
  type TelemetrySettings,
  type MetricsText,
} from './start-telemetry.js';
export {
  counter,
  gauge,
  histogram,
  type Counter,
  type Histogram,
  type Labels,
  type Reading,
} from './instruments.js';
export { inSpan } from './in-span.js';
export { readiness, type Check, type Checks, type Readiness } from './readiness.js';
export { serveHealth, type HealthServer, type HealthSettings } from './serve-health.js';
