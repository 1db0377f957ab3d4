import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { prettyLines } from './pretty-lines.js';

export type Logger = PinoLogger;

export interface LoggerSettings {
  /** The process, on every line: `api`, `relay`, `adapter-slack`, `solo`. */
  readonly service: string;
  /** The least level written: `trace` `debug` `info` `warn` `error` `fatal` `silent`. */
  readonly level: string;
  /** One short readable line instead of JSON: for a terminal with a person before it. */
  readonly pretty?: boolean;
  /** A file descriptor (1, the default, is stdout; 2 is stderr) or something with `write(line)`. */
  readonly destination?: 1 | 2 | DestinationStream;
}

/**
 * The logger of a process: one JSON object a line, the level by name and the time in ISO 8601 (UTC), with the trace of the span
 * that is active, if there is one. Lines for stdout are gathered while it is written to, and flushed when the process exits. A line about a run comes from a child that carries it: `logger.child({ runId })`.
 */
export function createLogger({ service, level, pretty = false, destination = 1 }: LoggerSettings): Logger {
  const stream =
    typeof destination === 'number'
      ? pino.destination({ dest: destination, sync: destination === 2 })
      : destination;
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause },
      redact: { paths: secretFields, censor: '[masked]' },
      mixin: activeTrace,
    },
    pretty ? prettyLines(stream) : stream,
  );
}

/** Fields that hold a secret by their name, on a line or one object deep. The last defence: nobody should log them at all. */
const secretFields = ['token', 'password', 'secret', 'authorization', 'secretKey'].flatMap((name) => [
  name,
  `*.${name}`,
]);

function activeTrace(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}
