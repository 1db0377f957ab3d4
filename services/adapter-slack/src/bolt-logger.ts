import type { Logger } from '@chasqui/telemetry';
import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';

/** Bolt's own lines in our log. What it calls debug quotes whole messages, and goes to `trace`. */
export function boltLogger(logger: Logger): BoltLogger {
  const line = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: (...parts) => logger.trace({ bolt: true }, line(parts)),
    info: (...parts) => logger.debug({ bolt: true }, line(parts)),
    // Bolt speaks of every lost connection as an error, and mends it by itself.
    warn: (...parts) => logger.info({ bolt: true }, line(parts)),
    error: (...parts) => logger.warn({ bolt: true }, line(parts)),
    setLevel: () => undefined,
    getLevel: () => (logger.isLevelEnabled('trace') ? LogLevel.DEBUG : LogLevel.INFO),
    setName: () => undefined,
  };
}
