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
  /** Values that no line may show, wherever they stand in it: what the process was given as secrets. Those under four characters are let be. */
  readonly secrets?: readonly string[];
  /** A file descriptor (1, the default, is stdout; 2 is stderr) or something with `write(line)`. */
  readonly destination?: 1 | 2 | DestinationStream;
}

/**
 * The logger of a process: one JSON object a line, the level by name and the time in ISO 8601 (UTC), with the trace of the span
 * that is active, if there is one. Lines for stdout are gathered while it is written to, and flushed when the process exits. A line about a run comes from a child that carries it: `logger.child({ runId })`.
 */
export function createLogger({
  service,
  level,
  pretty = false,
  secrets = [],
  destination = 1,
}: LoggerSettings): Logger {
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
      hooks: { streamWrite: hiding(secrets) },
    },
    pretty ? prettyLines(stream) : stream,
  );
}

/** Fields that hold a secret by their name, on a line or one object deep. The last defence: nobody should log them at all. */
const secretFields = [
  ...['token', 'password', 'secret', 'authorization', 'secretKey'].flatMap((name) => [name, `*.${name}`]),
  ...['authorization', 'cookie', '["set-cookie"]', '["proxy-authorization"]'].flatMap((name) =>
    ['headers', '*.headers'].map((path) => (name.startsWith('[') ? `${path}${name}` : `${path}.${name}`)),
  ),
];

/** Takes the values out of a whole line, as they stand in JSON. */
function hiding(secrets: readonly string[]): (line: string) => string {
  const texts = secrets
    .filter((text) => text.length >= 4)
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1)])
    .toSorted((a, b) => b.length - a.length);
  if (texts.length === 0) return (line) => line;
  const any = new RegExp(texts.map((text) => RegExp.escape(text)).join('|'), 'g');
  return (line) => line.replace(any, '[masked]');
}

function activeTrace(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}
