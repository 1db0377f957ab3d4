import type { DestinationStream } from 'pino';

/** JSON log lines in, short lines for a person out: `12:03:04 warn  relay fra-1 is silent  runId=01J…`; a stack trace stands below its line. */
export function prettyLines(stream: DestinationStream): DestinationStream {
  return { write: (line) => stream.write(prettyLine(line)) };
}

function prettyLine(json: string): string {
  const { level, time, msg = '', err, service: _service, ...rest } = JSON.parse(json) as LogLine;
  const fields = Object.entries(rest).map(
    ([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${time.slice(11, 19)} ${level.padEnd(5)} ${msg}${fields.join('')}\n${err?.stack ? `${err.stack}\n` : ''}`;
}

interface LogLine extends Record<string, unknown> {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}
